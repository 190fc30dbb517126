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
