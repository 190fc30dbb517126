{# Database, schema and name of an input's table; none for files and seeds. Spark has no databases. #}
{% macro input_path(table_name) %}
    {% set named = customer_health.named_relation(table_name) %}
    {% if named is not none %}
        {{ return(([target.database] | select | list + [target.schema])[:3 - named | length] + named) }}
    {% elif customer_health.setting('source_schema') %}
        {% set name = customer_health.source_tables()[table_name] %}
        {{ return([customer_health.setting('source_database') or target.database, customer_health.setting('source_schema'), name] | select | list) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
