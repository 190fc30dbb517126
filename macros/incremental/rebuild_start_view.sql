{# Beside customer_daily_metrics, on engines that cannot do without it. #}
{% macro rebuild_start_view() %}
    {{ return(api.Relation.create(
        database=target.database,
        schema=target.schema,
        identifier='customer_daily_metrics_rebuild_start',
        type='view',
    )) }}
{% endmacro %}
