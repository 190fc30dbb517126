{# The relation of a model, seed, snapshot or source. Works without a ref to the node. #}
{% macro node_relation(unique_id) %}
    {% set node = graph.nodes[unique_id] if unique_id in graph.nodes else graph.sources[unique_id] %}
    {{ return(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias or node.identifier
    )) }}
{% endmacro %}


{# In all projects of the run: this one, its packages and the one it is installed in. #}
{% macro _exact_models() %}
    {% set found = [] %}
    {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        if 'macro.customer_health.exact_days' in node.depends_on.macros %}
        {% do found.append(node) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{# The names and types of the columns of a query. #}
{% macro _columns_of(query) %}
    {{ return(run_query('describe ' ~ query).rows) }}
{% endmacro %}
