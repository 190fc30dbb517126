{# What customer_daily_metrics is, apart from its inputs: its SQL with the settings in it, its contract, and the views
   between it and what int_input_fingerprints watches. Whoever changes any of them need not think of a version number. #}
{% macro definition_fingerprint() %}
    {% set watched = graph.nodes['model.customer_health.int_input_fingerprints'].depends_on.nodes %}
    {% set parts = [model.compiled_code, run_query('select version()').columns[0].values()[0]] %}
    {% for column in model.columns.values() %}
        {% do parts.append(column.name ~ ' ' ~ column.data_type ~ ' ' ~ tojson(column.constraints)) %}
    {% endfor %}
    {% set found = model.depends_on.nodes | list %}
    {# the list grows while it is walked: parents of parents #}
    {% for id in found if id not in watched and id != 'model.customer_health.int_input_fingerprints' %}
        {% set node = graph.nodes[id] %}
        {% do found.extend(node.depends_on.nodes | reject('in', found)) %}
        {% set view = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
        {# a view that cannot be seen, because it is deferred to another schema, may have changed #}
        {% do parts.append(customer_health.view_signature(view) or invocation_id) %}
    {% endfor %}
    {{ return(local_md5(parts | join('\n'))) }}
{% endmacro %}
