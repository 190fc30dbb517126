{# Names and types of a raw table's columns. Those of a seed are unknown before it is loaded, and in a unit test. #}
{% macro raw_columns(table_name) %}
    {% set columns = {} %}
    {% if not execute %}
    {% elif customer_health.has_own_data() %}
        {% for column in customer_health.describe_query('select * from ' ~ customer_health.raw_table(table_name)) %}
            {% do columns.update({column[0]: column[1]}) %}
        {% endfor %}
    {% elif graph.nodes %}
        {% set relation = load_cached_relation(customer_health.node_relation('seed.customer_health.' ~ table_name)) %}
        {% for column in adapter.get_columns_in_relation(relation) if relation is not none %}
            {% do columns.update({column.name: column.dtype}) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}


{# Reads the input only when the model runs, so that parsing never touches the disk. Seeds have no optional columns. #}
{% macro has_column(table_name, column) %}
    {% set optional = column in customer_health.columns_of(table_name, presence=['used if present']) %}
    {% if not optional and column not in customer_health.columns_of(table_name, presence=['may be missing']) %}
        {{ return(true) }}
    {% elif customer_health.column_mapping(table_name, column) is mapping %}
        {{ return(true) }}
    {% elif not execute or not customer_health.has_own_data() %}
        {{ return(not optional) }}
    {% endif %}
    {% set found = customer_health.raw_columns(table_name).keys() | map('lower') | list %}
    {{ return(customer_health._raw_name(table_name, column) | lower in found) }}
{% endmacro %}
