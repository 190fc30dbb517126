{# Runs at the end of every run: if all tests of customer_daily_metrics were among it and passed, none of its days is
   untested any more. #}
{% macro mark_days_as_tested() %}
    {% if execute %}
        {% set id = 'model.customer_health.customer_daily_metrics' %}
        {% set passed = results | selectattr('status', 'in', ['pass', 'warn']) | map(attribute='node.unique_id') | list %}
        {% set missing = [] %}
        {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | rejectattr('unique_id', 'in', passed)
            if id in node.depends_on.nodes %}
            {% do missing.append(node.unique_id) %}
        {% endfor %}
        {% set model = graph.nodes[id] %}
        {% set fingerprints = load_cached_relation(customer_health.fingerprint_table(
            api.Relation.create(database=model.database, schema=model.schema, identifier=model.alias)
        )) %}
        {% if not missing and fingerprints is not none %}
            insert into {{ fingerprints }}
            select 'first_untested_day', cast('9999-12-31' as date), null, ''
        {% endif %}
    {% endif %}
{% endmacro %}
