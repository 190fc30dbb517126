{% macro check_source_table(table_name) %}
    {% set database = var('source_database') or target.database %}
    {% set schema = var('source_schema') | string %}
    {% set relation = adapter.get_relation(database=database, schema=schema, identifier=table_name) %}
    {% if relation is none %}
        {{ exceptions.raise_compiler_error(
            "source_schema: there is no table " ~ ([database, schema, table_name] | select | join('.')) ~ "."
        ) }}
    {% endif %}
{% endmacro %}
