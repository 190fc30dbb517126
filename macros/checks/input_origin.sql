{# Where an input comes from, as text: dbt's node, if its var names one. #}
{% macro input_origin(table_name) %}
    {% if execute and customer_health.has_relation(table_name) %}
        {% for id in graph.nodes['model.customer_health.base_' ~ table_name].depends_on.nodes if id.split('.')[1] != 'customer_health' %}
            {{ return(id) }}
        {% endfor %}
        {{ return(table_name ~ '_relation') }}
    {% elif customer_health.setting('data_dir') %}
        {{ return('data_dir: ' ~ customer_health.setting('data_dir')) }}
    {% elif customer_health.setting('source_schema') %}
        {{ return('source_schema: ' ~ [customer_health.setting('source_database'), customer_health.setting('source_schema')] | select | join('.')) }}
    {% endif %}
    {{ return('none' if execute and customer_health.has_own_data() else 'seeds') }}
{% endmacro %}
