{# Where a model or seed is, whether or not this node refers to it. #}
{% macro node_relation(unique_id) %}
    {% set node = graph.nodes[unique_id] %}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}
