{# Not a part of the SQL, because the views between the inputs and customer_daily_metrics need it too. In DuckDB it is a
   variable of the session: whoever looks at the views from another session sees every day. #}
{% macro rebuild_start() -%}
    {{ return(adapter.dispatch('rebuild_start', 'customer_health')()) }}
{%- endmacro %}


{% macro duckdb__rebuild_start() -%}
    cast(getvariable('customer_health_rebuild_start') as date)
{%- endmacro %}


{# A view of Spark's may not know a variable of the session, but another view. #}
{% macro spark__rebuild_start() -%}
    (select first_day from {{ customer_health.rebuild_start_view() }})
{%- endmacro %}
