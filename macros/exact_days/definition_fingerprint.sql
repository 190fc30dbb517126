{# Everything but the watched rows that decides what is in the table: its SQL with the settings in it, its contract, the watched
   columns and the views between. #}
{% macro _definition_fingerprint(given) %}
    {% set parts = [run_query('select version()').columns[0].values()[0]] %}
    {% for column in model.columns.values() %}
        {% do parts.append(column.name ~ ' ' ~ column.data_type ~ ' ' ~ tojson(column.constraints)) %}
    {% endfor %}
    {% for line in model.compiled_code.splitlines() if not line.startswith('-- exact days: ') %}
        {% do parts.append(line) %}
    {% endfor %}
    {% for watched in given.watch %}
        {% for column in watched.columns %}
            {% do parts.append(column[0] ~ ' ' ~ column[1]) %}
        {% endfor %}
    {% endfor %}
    {# a view that is deferred to another schema cannot be seen, so it may have changed #}
    {% do parts.extend(customer_health._view_signatures(customer_health._unwatched(given)) | map('default', invocation_id, true)) %}
    {# ignore file paths: a new file is not a new definition #}
    {{ return(local_md5((parts | join('\n')).replace(given.location or '\n', ''))) }}
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


{# The post-hook of the views between a model and what it watches. The database's own text of a view would not do: DuckDB rewrites
   it when the file is opened again. A clone has no SQL and stays unsigned. #}
{% macro sign_view() %}
    {% if execute and model.compiled_code and config.get('materialized') == 'view' %}
        {{ return(adapter.dispatch('sign_view', 'customer_health')(local_md5(model.compiled_code))) }}
    {% endif %}
{% endmacro %}

{% macro duckdb__sign_view(signature) %}
    comment on view {{ this }} is 'made of {{ signature }}'
{% endmacro %}


{% macro spark__sign_view(signature) %}
    alter view {{ this }} set tblproperties ('made_of' = '{{ signature }}')
{% endmacro %}


{# The signatures that sign_view left; none for what is missing, unsigned or not a view. #}
{% macro _view_signatures(relations) %}
    {{ return(adapter.dispatch('view_signatures', 'customer_health')(relations)) }}
{% endmacro %}


{% macro duckdb__view_signatures(relations) %}
    {% set found = {} %}
    {% for view in run_query(
        'select database_name, schema_name, view_name, comment from duckdb_views() where comment is not null'
    ).rows %}
        {% do found.update({(view[0], view[1], view[2]): view[3]}) %}
    {% endfor %}
    {% set signatures = [] %}
    {% for relation in relations %}
        {% do signatures.append(found.get((relation.database, relation.schema, relation.identifier))) %}
    {% endfor %}
    {{ return(signatures) }}
{% endmacro %}


{% macro spark__view_signatures(relations) %}
    {% set signatures = [] %}
    {% for relation in relations %}
        {% set found = [none] %}
        {% if load_cached_relation(relation) is not none %}
            {% for property in run_query('show tblproperties ' ~ relation).rows if property[0] == 'made_of' %}
                {% do found.append(property[1]) %}
            {% endfor %}
        {% endif %}
        {% do signatures.append(found | last) %}
    {% endfor %}
    {{ return(signatures) }}
{% endmacro %}
