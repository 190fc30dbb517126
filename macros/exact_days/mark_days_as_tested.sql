{# Runs at the end of every run: marks all days of an exact-days model as tested if all its project's tests of it passed in this
   run. Tests of other projects read every day and do not count. #}
{% macro mark_days_as_tested() %}
    {% if execute %}
        {% set passed = results | selectattr('status', 'in', ['pass', 'warn']) | map(attribute='node.unique_id') | list %}
        {% for exact in customer_health._exact_models() %}
            {% set tests = [] %}
            {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test')
                if node.package_name == exact.package_name and exact.unique_id in node.depends_on.nodes %}
                {% do tests.append(node.unique_id) %}
            {% endfor %}
            {% set table = customer_health.node_relation(exact.unique_id) %}
            {% set fingerprints = load_cached_relation(customer_health.fingerprint_table(table)) %}
            {% set is_tested = tests and not tests | reject('in', passed) | list and fingerprints is not none %}
            {% set partition = customer_health.partition_of_version(table) if is_tested else none %}
            {% if partition is not none and '9999-12-31' not in customer_health.first_untested_day(table) %}
                {% do run_query(
                    'insert into ' ~ fingerprints ~ partition ~ " select 'first_untested_day', cast('9999-12-31' as date), null, ''"
                ) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
