{% macro empty_inputs() %}
    {% set tables = customer_health.input_columns() %}
    {% set named = customer_health.list_setting('empty_inputs') | map('lower') | list %}
    {% for name in named if name not in tables %}
        {{ exceptions.raise_compiler_error(
            "empty_inputs: unknown table '" ~ name ~ "'; the tables are " ~ tables | join(', ') ~ "."
        ) }}
    {% endfor %}
    {{ return(named) }}
{% endmacro %}
