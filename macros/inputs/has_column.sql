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
    {% set found = [] %}
    {% for described in customer_health.describe_query('select * from ' ~ customer_health.raw_table(table_name)) %}
        {% do found.append(described[0] | lower) %}
    {% endfor %}
    {{ return(customer_health._column_name(table_name, column) | lower in found) }}
{% endmacro %}
