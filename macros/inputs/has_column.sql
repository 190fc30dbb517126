{# Reads the input only when the model runs, so that parsing never touches the disk. Seeds have no optional columns. #}
{% macro has_column(table_name, column) %}
    {% set optional = column in customer_health.optional_columns()[table_name] %}
    {% if not optional and column not in customer_health.dispensable_columns()[table_name] %}
        {{ return(true) }}
    {% elif customer_health.column_mapping(table_name, column) is mapping %}
        {{ return(true) }}
    {% elif not execute or not customer_health.has_own_data() %}
        {{ return(not optional) }}
    {% endif %}
    {% set found = customer_health.raw_columns(table_name).keys() | map('lower') | list %}
    {{ return(customer_health._column_name(table_name, column) | lower in found) }}
{% endmacro %}
