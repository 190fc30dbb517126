{# Whether a var names the relation of an input, without reading the var: then dbt has neither its seed nor its source. Never in a
   unit test. #}
{% macro has_relation(table_name) %}
    {% set without_source = graph.nodes and 'source.customer_health.customer_health.' ~ table_name not in graph.sources %}
    {{ return(true if without_source and 'seed.customer_health.' ~ table_name not in graph.nodes else false) }}
{% endmacro %}
