{# A variable of the session and not a part of the SQL: the views between the inputs and customer_daily_metrics read it
   too, and whoever looks at them from another session sees every day. #}
{% macro rebuild_start() -%}
    {{ return(adapter.dispatch('rebuild_start', 'customer_health')()) }}
{%- endmacro %}


{% macro duckdb__rebuild_start() -%}
    cast(getvariable('customer_health_rebuild_start') as date)
{%- endmacro %}
