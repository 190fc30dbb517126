{% macro add_days(date, number_of_days) -%}
    {{ return(adapter.dispatch('add_days', 'customer_health')(date, number_of_days)) }}
{%- endmacro %}


{# dateadd gives a timestamp on most engines. #}
{% macro default__add_days(date, number_of_days) -%}
    cast({{ dbt.dateadd('day', number_of_days, date) }} as date)
{%- endmacro %}


{% macro duckdb__add_days(date, number_of_days) -%}
    ({{ date }} + {{ number_of_days }})
{%- endmacro %}
