{% macro rounded_ratio(numerator, denominator) -%}
    {{ return(adapter.dispatch('rounded_ratio', 'customer_health')(numerator, denominator)) }}
{%- endmacro %}


{# DuckDB divides decimals as doubles, in which 1.005 is below the tie; whole hundredths are exact. The factor 200 is 2 *
   100: doubled, so that adding the denominator once rounds half up. #}
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


{% macro percent_change(current, previous) -%}
    {{ customer_health.rounded_ratio('100 * (' ~ current ~ ' - ' ~ previous ~ ')', previous) }}
{%- endmacro %}


{% macro rounded_rate(part, whole) -%}
    {{ return(adapter.dispatch('rounded_rate', 'customer_health')(part, whole)) }}
{%- endmacro %}


{# Whole millionths, for the same reasons as in rounded_ratio. #}
{% macro duckdb__rounded_rate(part, whole) -%}
    case
        when {{ whole }} > 0 then cast(0.000001 * cast(
            (2000000 * cast({{ part }} as hugeint) + {{ whole }}) // (2 * cast({{ whole }} as hugeint)) as decimal(18, 0)
        ) as decimal(18, 6))
    end
{%- endmacro %}


{% macro spark__rounded_rate(part, whole) -%}
    {%- set dividend = '(2000000 * cast(' ~ part ~ ' as decimal(31, 0)) + ' ~ whole ~ ')' -%}
    {%- set divisor = '(2 * cast(' ~ whole ~ ' as decimal(31, 0)))' -%}
    case
        when {{ whole }} > 0 then cast(0.000001 * cast(
            ({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as decimal(18, 0)
        ) as decimal(18, 6))
    end
{%- endmacro %}


{# Wide enough for percent_change (× 20,000). #}
{% macro type_cents() -%}
    {{ return(adapter.dispatch('type_cents', 'customer_health')()) }}
{%- endmacro %}


{% macro duckdb__type_cents() -%}
    hugeint
{%- endmacro %}


{% macro spark__type_cents() -%}
    decimal(30, 0)
{%- endmacro %}
