{# dbt asks this wherever --full-refresh makes a difference. The tables that have fingerprints also answer yes by themselves. #}
{% macro should_full_refresh() %}
    {% set ids = ['model.customer_health.base_login_events', 'model.customer_health.customer_daily_metrics'] %}
    {% if execute and model.unique_id in ids and config.get('materialized') == 'incremental' %}
        {{ return(customer_health.reason_to_rebuild_everything(customer_health.definition_fingerprint()) is not none) }}
    {% endif %}
    {{ return(dbt.should_full_refresh()) }}
{% endmacro %}
