{# Everything but the watched rows that decides what is in the table: its SQL with the settings in it, its contract, the watched
   columns and the views between. #}
{% macro definition_fingerprint(given) %}
    {% set parts = [run_query('select version()').columns[0].values()[0]] %}
    {% for column in model.columns.values() %}
        {% do parts.append(column.name ~ ' ' ~ column.data_type ~ ' ' ~ tojson(column.constraints)) %}
    {% endfor %}
    {% for line in model.compiled_code.splitlines() if not line.startswith('-- exact days: ') %}
        {% do parts.append(line) %}
    {% endfor %}
    {% for watched in given.watch %}
        {% for column in customer_health._watched_columns(watched) %}
            {% do parts.append(column[0] ~ ' ' ~ column[1]) %}
        {% endfor %}
    {% endfor %}
    {# a view that is deferred to another schema cannot be seen, so it may have changed #}
    {% do parts.extend(customer_health.view_signatures(customer_health._unwatched(given)) | map('default', invocation_id, true)) %}
    {# ignore file paths: a new file is not a new definition #}
    {{ return(local_md5((parts | join('\n')).replace(given.location or '\n', ''))) }}
{% endmacro %}


{% macro _watched_columns(watched) %}
    {{ return(customer_health.describe_query('select * from ' ~ watched.rows)) }}
{% endmacro %}


{# The relations between the model and what it watches. #}
{% macro _unwatched(given) %}
    {% set watched = given.watch | map(attribute='rows') | join(' ') ~ ' ' ~ (given.last_day or {}).sql %}
    {% set relations = [] %}
    {% set found = model.depends_on.nodes | list %}
    {# the list grows during the loop, by parents of parents #}
    {% for id in found %}
        {% set relation = customer_health.node_relation(id) %}
        {# a source that is read from files is watched there #}
        {% if relation | string not in watched and not (given.location and id in graph.sources) %}
            {% do relations.append(relation) %}
            {% do found.extend(graph.nodes[id].depends_on.nodes | reject('in', found)) if id in graph.nodes %}
        {% endif %}
    {% endfor %}
    {{ return(relations) }}
{% endmacro %}
