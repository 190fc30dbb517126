{# Whether the inputs are not the seeds. Reading the vars of relations would add a dependency on what they name, so this asks
   whether the seeds are enabled. #}
{% macro has_own_data() %}
    {% set without_examples = execute and graph.nodes and 'seed.customer_health.customers' not in graph.nodes %}
    {% set is_named = customer_health.setting('data_dir') or customer_health.setting('source_schema') %}
    {{ return(true if is_named or without_examples else false) }}
{% endmacro %}


{# An installing project also runs without this one, to load our inputs for instance. #}
{% macro is_selected() %}
    {{ return('.customer_health.' in selected_resources | join(' ')) }}
{% endmacro %}
