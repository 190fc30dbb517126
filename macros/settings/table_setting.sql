{# A setting for all inputs, or by table; none if it is not set for this one. #}
{% macro table_setting(name, table_name) %}
    {% set given = customer_health.setting(name) %}
    {% if given is not mapping %}
        {{ return(given) }}
    {% endif %}
    {% set tables = customer_health.input_columns() | list %}
    {% for table in given if table not in tables %}
        {{ exceptions.raise_compiler_error(
            name ~ ": unknown table '" ~ table ~ "'; the tables are " ~ tables | join(', ') ~ "."
        ) }}
    {% endfor %}
    {% if table_name not in tables %}
        {{ exceptions.raise_compiler_error(name ~ ": unknown table '" ~ table_name ~ "'.") }}
    {% endif %}
    {{ return(given.get(table_name)) }}
{% endmacro %}
