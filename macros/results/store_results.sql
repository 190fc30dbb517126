{# Runs at the end of every run. target/run_results.json has the last command only, of whichever database. #}
{% macro store_results() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'test', 'retry'] and results %}
        {% set stored = api.Relation.create(
            database=target.database, schema=target.schema, identifier='build_results', type='table'
        ) %}
        {% do adapter.create_schema(stored) %}
        {% set query = customer_health._results_to_store(
            results | rejectattr('node.resource_type', 'equalto', 'exposure') | list, load_cached_relation(stored)
        ) %}
        {% do customer_health.replace_table(stored, query) %}
        {% do adapter.cache_added(stored) if load_cached_relation(stored) is none %}
    {% endif %}
{% endmacro %}


{# Drops results of removed nodes. dbt v2 does not list unit tests; theirs are dropped with their model. #}
{% macro _results_to_store(results, stored) %}
    {% set known = graph.nodes.keys() | list %}
    {% set known_tests = (graph.unit_tests or {}).keys() | list %}
    {% set replaced = results | map(attribute='node.unique_id') | list %}
    {% if stored is not none %}
        {% for id in run_query('select node_id from ' ~ stored).columns[0].values() %}
            {% set parts = id.split('.') %}
            {% set is_known = id in known_tests or parts[0] == 'unit_test' and not known_tests
                and 'model.' ~ parts[1] ~ '.' ~ parts[2] in known %}
            {% do replaced.append(id) if id not in known and not is_known %}
        {% endfor %}
    {% endif %}
    {% set now = modules.datetime.datetime.now(modules.pytz.utc) %}
    {% set rows = [] %}
    {% for result in results %}
        {% set finished = (result.timing | map(attribute='completed_at') | list or [now]) | last | string %}
        {% set values = [] %}
        {% for text in [
            result.node.unique_id, result.node.resource_type, result.node.name, result.status, result.message or none,
            finished[:19] | replace('T', ' '), flags.WHICH, invocation_id,
        ] %}
            {% do values.append('null' if text is none else customer_health.text_literal(text | string)) %}
        {% endfor %}
        {# dbt v2 leaves out 0, dbt 1 has 0 for nodes that are no test #}
        {% set is_counted = 'test' in result.node.resource_type and result.status in ['pass', 'warn', 'fail'] %}
        {% do values.append((result.failures or 0) if is_counted else 'null') %}
        {% do values.append(result.execution_time or 0) %}
        {% do rows.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {% set query %}
        select
            node_id,
            resource_type,
            name,
            status,
            cast(message as {{ dbt.type_string() }}) as message,
            cast(failures as bigint) as failures,
            cast(seconds as decimal(18, 3)) as seconds,
            cast(finished_at as {{ dbt.type_timestamp() }}) as finished_at,
            command,
            invocation_id
        from (
            values
            {{ rows | join(',\n            ') }}
        ) as results (
            node_id, resource_type, name, status, message, finished_at, command, invocation_id, failures, seconds
        )
        {%- if stored is not none %}
        union all
        select
            node_id,
            resource_type,
            name,
            status,
            message,
            failures,
            seconds,
            finished_at,
            command,
            invocation_id
        from {{ stored }}
        where node_id not in (
            {%- for id in replaced %}{{ customer_health.text_literal(id) }}{{ ', ' if not loop.last }}{% endfor -%}
        )
        {%- endif %}
    {% endset %}
    {{ return(query) }}
{% endmacro %}
