{# Runs at the end of every run: if all tests of customer_daily_metrics were among it and passed, none of its days is
   untested any more. Tests of other projects look at every day, and do not matter. #}
{% macro mark_days_as_tested() %}
    {% if execute %}
        {% set id = 'model.customer_health.customer_daily_metrics' %}
        {% set tests = [] %}
        {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test')
            if node.package_name == 'customer_health' and id in node.depends_on.nodes %}
            {% do tests.append(node.unique_id) %}
        {% endfor %}
        {% set passed = results | selectattr('status', 'in', ['pass', 'warn']) | map(attribute='node.unique_id') | list %}
        {% if tests and not tests | reject('in', passed) | list %}
            {% set fingerprints = load_cached_relation(customer_health.fingerprint_table(customer_health.node_relation(id))) %}
            {% if fingerprints is not none %}
                insert into {{ fingerprints }}
                select 'first_untested_day', cast('9999-12-31' as date), null, ''
            {% endif %}
        {% endif %}
    {% endif %}
{% endmacro %}
