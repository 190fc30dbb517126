{# Runs at the start of every run. The views that say what the first day to build is have to be there before those that read
   them. A table that is built by another materialization now is not what its fingerprints say. #}
{% macro start_exact_days(with_first_day=()) %}
    {% if execute %}
        {% for name in with_first_day %}
            {% set view = customer_health.first_day_view(name) %}
            {% if load_cached_relation(view) is none %}
                {% do adapter.create_schema(view) %}
                {% do run_query(customer_health._set_first_day(view, none)) %}
                {% do adapter.cache_added(view) %}
            {% elif target.type != 'duckdb' %}
                {# a build that was stopped has left it as it was #}
                {% do run_query(customer_health._set_first_day(view, none, 'alter')) %}
            {% endif %}
        {% endfor %}
        {% for node in customer_health._exact_models() if node.config.materialized != 'incremental_exact_days' %}
            {% set fingerprints = load_cached_relation(
                customer_health.fingerprint_table(customer_health.node_relation(node.unique_id))
            ) %}
            {% if fingerprints is not none %}
                {% do adapter.drop_relation(fingerprints) %}
            {% endif %}
            {% do log(node.name ~ ': rebuilding every day: materialized is ' ~ node.config.materialized, info=True) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
