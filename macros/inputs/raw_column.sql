{# What a raw table calls a column: as the entity diagram does, or as column_map says. #}
{% macro raw_column(table_name, column) %}
    {% set name = customer_health._column_name(table_name, column) %}
    {{ return(column if name == column else customer_health.quoted_name(name)) }}
{% endmacro %}


{% macro _column_name(table_name, column) %}
    {{ return(((var('column_map') or {}).get(table_name) or {}).get(column) or column) }}
{% endmacro %}
