{# Runs at the start of every run: where the rebuild start is a view, it has to be there before the views that read it. #}
{% macro create_rebuild_start() %}
    {% if execute %}
        {{ return(adapter.dispatch('create_rebuild_start', 'customer_health')()) }}
    {% endif %}
{% endmacro %}


{% macro duckdb__create_rebuild_start() %}
{% endmacro %}


{% macro spark__create_rebuild_start() %}
    {% set view = customer_health.rebuild_start_view() %}
    {% do run_query('create schema if not exists ' ~ view.without_identifier()) %}
    create view if not exists {{ view }} as
    select cast(null as date) as first_day
{% endmacro %}
