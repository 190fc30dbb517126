{% macro set_rebuild_start(day) %}
    {{ return(adapter.dispatch('set_rebuild_start', 'customer_health')(day)) }}
{% endmacro %}


{% macro duckdb__set_rebuild_start(day) -%}
    set variable customer_health_rebuild_start = cast({{ "'" ~ day ~ "'" if day else 'null' }} as date)
{%- endmacro %}
