{# Whether the inputs are others than the examples. The vars of relations are not read here: whoever reads one depends on the model that
   it names. What dbt knows is whether the examples are a part of the project. #}
{% macro has_own_data() %}
    {% set without_examples = execute and graph.nodes and 'seed.customer_health.customers' not in graph.nodes %}
    {{ return(true if customer_health.setting('data_dir') or customer_health.setting('source_schema') or without_examples else false) }}
{% endmacro %}
