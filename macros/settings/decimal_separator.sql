{% macro decimal_separator(table_name) %}
    {% set separator = customer_health.table_setting('decimal_separator', table_name) %}
    {% if separator is not none and separator not in ['.', ','] %}
        {{ exceptions.raise_compiler_error("decimal_separator: '" ~ separator ~ "' is neither '.' nor ','.") }}
    {% endif %}
    {{ return(separator) }}
{% endmacro %}
