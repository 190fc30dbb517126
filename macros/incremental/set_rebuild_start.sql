{% macro set_rebuild_start(day) %}
    {{ return(adapter.dispatch('set_rebuild_start', 'customer_health')(day)) }}
{% endmacro %}


{% macro duckdb__set_rebuild_start(day) -%}
    set variable customer_health_rebuild_start = cast({{ "'" ~ day ~ "'" if day else 'null' }} as date)
{%- endmacro %}


{% macro spark__set_rebuild_start(day) -%}
    create or replace view {{ customer_health.rebuild_start_view() }} as
    select cast({{ "'" ~ day ~ "'" if day else 'null' }} as date) as first_day
{%- endmacro %}
