{# dbt asks this wherever --full-refresh makes a difference. customer_daily_metrics also answers yes by itself. #}
{% macro should_full_refresh() %}
    {% if execute and model.unique_id == 'model.customer_health.customer_daily_metrics' %}
        {{ return(customer_health.reason_to_rebuild_everything() is not none) }}
    {% endif %}
    {{ return(dbt.should_full_refresh()) }}
{% endmacro %}
