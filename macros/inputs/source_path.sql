{# Database, schema and table of an input in source_schema; Spark knows no database. #}
{% macro source_path(table_name) %}
    {{ return([var('source_database') or target.database, var('source_schema'), table_name] | select | list) }}
{% endmacro %}
