{% macro rounded_ratio(numerator, denominator) -%}
    {{ return(adapter.dispatch('rounded_ratio', 'customer_health')(numerator, denominator)) }}
{%- endmacro %}


{# DuckDB divides decimals as doubles, in which 1.005 is below the tie; whole hundredths are exact. The factor 200 is 2 * 100:
   doubled, so that adding the denominator once rounds half up. #}
{% macro duckdb__rounded_ratio(numerator, denominator) -%}
    case
        when {{ denominator }} <> 0 then cast(0.01 * cast(
            sign({{ numerator }}) * least(
                (200 * abs({{ numerator }}) + {{ denominator }}) // (2 * {{ denominator }}),
                999999999999999999
            ) as decimal(18, 0)
        ) as decimal(18, 2))
    end
{%- endmacro %}


{# Spark divides whole numbers as doubles or in 64 bits, but a decimal less its remainder exactly. #}
{% macro spark__rounded_ratio(numerator, denominator) -%}
    {%- set dividend = '(200 * abs(cast(' ~ numerator ~ ' as decimal(36, 0))) + ' ~ denominator ~ ')' -%}
    {%- set divisor = '(2 * cast(' ~ denominator ~ ' as decimal(36, 0)))' -%}
    case
        when {{ denominator }} <> 0 then cast(if({{ numerator }} < 0, -0.01, 0.01) * cast(
            least(
                ({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }},
                999999999999999999
            ) as decimal(18, 0)
        ) as decimal(18, 2))
    end
{%- endmacro %}
