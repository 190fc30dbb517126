{# What a raw table calls a column: as the entity diagram does, or as column_map says. #}
{% macro raw_column(table_name, column) %}
    {% set name = ((var('column_map') or {}).get(table_name) or {}).get(column) %}
    {{ return(column if name is none else customer_health.quoted_name(name)) }}
{% endmacro %}
