{# What a raw table calls a column: as the entity diagram does, or as column_map says. One that it may do without is null. #}
{% macro raw_column(table_name, column) %}
    {% if not customer_health.has_column(table_name, column) %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% endif %}
    {% set name = customer_health._column_name(table_name, column) %}
    {{ return(column if name == column else customer_health.quoted_name(name)) }}
{% endmacro %}


{% macro _column_name(table_name, column) %}
    {# it is looked at while dbt parses, before check_column_map can say what is wrong with it #}
    {% set names = var('column_map') %}
    {% set names = names.get(table_name) if names is mapping else none %}
    {{ return((names.get(column) if names is mapping else none) or column) }}
{% endmacro %}
