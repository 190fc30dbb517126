{% macro add_days(date, number_of_days) -%}
    {{ return(adapter.dispatch('add_days', 'customer_health')(date, number_of_days)) }}
{%- endmacro %}


{% macro duckdb__add_days(date, number_of_days) -%}
    ({{ date }} + {{ number_of_days }})
{%- endmacro %}


{% macro spark__add_days(date, number_of_days) -%}
    date_add({{ date }}, {{ number_of_days }})
{%- endmacro %}
