{# Inputs that are models or seeds of the installing project and that this run builds first: they can be checked only then. #}
{% macro inputs_to_build() %}
    {% set tables = [] %}
    {% for table_name in customer_health.input_columns() if execute and graph.nodes and customer_health.has_relation(table_name) %}
        {% for id in graph.nodes['model.customer_health.base_' ~ table_name].depends_on.nodes
            if id.split('.')[1] != 'customer_health' and id in selected_resources %}
            {% do tables.append(table_name) %}
        {% endfor %}
    {% endfor %}
    {{ return(tables | unique | list) }}
{% endmacro %}
