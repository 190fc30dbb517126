{# Runs at the start of every run. Creates the views with the first day to build before the views that read them. Drops the
   fingerprints of models that have another materialization now. #}
{% macro start_exact_days(with_first_day=()) %}
    {% if execute %}
        {% for name in with_first_day %}
            {% set view = customer_health._first_day_to_build_view(name) %}
            {% if load_cached_relation(view) is none %}
                {% do adapter.create_schema(view) %}
                {% do run_query(customer_health._set_first_day_to_build(view, none)) %}
                {% do adapter.cache_added(view) %}
            {% else %}
                {% do customer_health._reset_first_day_to_build(view) %}
            {% endif %}
        {% endfor %}
        {% for node in customer_health._exact_models() if node.config.materialized != 'incremental_exact_days' %}
            {% set fingerprints = load_cached_relation(
                customer_health._fingerprint_table(customer_health.node_relation(node.unique_id))
            ) %}
            {% if fingerprints is not none %}
                {% do customer_health._drop_with_files(fingerprints) %}
            {% endif %}
            {% do log(node.name ~ ': rebuilding every day: materialized is ' ~ node.config.materialized, info=True) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
