{# Works without a ref to the node. #}
{% macro node_relation(unique_id) %}
    {% set node = graph.nodes[unique_id] if unique_id in graph.nodes else graph.sources[unique_id] %}
    {{ return(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias or node.identifier
    )) }}
{% endmacro %}
