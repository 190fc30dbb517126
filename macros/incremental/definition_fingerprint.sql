{# What a table is, apart from its inputs: its SQL with the settings in it, its contract, and what lies between it and what its
   fingerprints watch. Whoever changes any of them need not think of a version number. #}
{% macro definition_fingerprint() %}
    {% set parts = [run_query('select version()').columns[0].values()[0]] %}
    {% for column in model.columns.values() %}
        {% do parts.append(column.name ~ ' ' ~ column.data_type ~ ' ' ~ tojson(column.constraints)) %}
    {% endfor %}
    {% if model.unique_id == 'model.customer_health.customer_daily_metrics' %}
        {% do parts.append(model.compiled_code) %}
        {# a view that cannot be seen, because it is deferred to another schema, may have changed #}
        {% do parts.extend(customer_health.view_signatures(customer_health._unwatched_views()) | map('default', invocation_id, true)) %}
    {% else %}
        {# where the rows come from does not matter, a new file with those of a day least of all; what their columns are does #}
        {% set raw = customer_health.raw_table(model.name.removeprefix('base_')) %}
        {% do parts.append(model.compiled_code | replace(raw, '')) %}
        {% for column in customer_health.describe_query('select * from ' ~ raw) %}
            {% do parts.append(column[0] ~ ' ' ~ column[1]) %}
        {% endfor %}
    {% endif %}
    {{ return(local_md5(parts | join('\n'))) }}
{% endmacro %}


{# What lies between customer_daily_metrics and what int_input_fingerprints watches. #}
{% macro _unwatched_views() %}
    {% set watched = graph.nodes['model.customer_health.int_input_fingerprints'].depends_on.nodes %}
    {% set views = [] %}
    {% set found = model.depends_on.nodes | list %}
    {# the list grows while it is walked: parents of parents #}
    {% for id in found if id not in watched and id != 'model.customer_health.int_input_fingerprints' %}
        {% do found.extend(graph.nodes[id].depends_on.nodes | reject('in', found)) %}
        {% do views.append(customer_health.node_relation(id)) %}
    {% endfor %}
    {{ return(views) }}
{% endmacro %}
