{# The pre-hook of customer_daily_metrics, and the first statement of its transaction. #}
{% macro take_fingerprints() %}
    {% set inputs = ref('int_input_fingerprints') %}
    {% if execute and model.compiled_code %}
        {% set reason = customer_health.reason_to_rebuild_everything() %}
        {% call statement('take_fingerprints', auto_begin=True) %}
            create or replace temp table current_fingerprints as
            select source, date, num_rows, fingerprint
            from {{ inputs }}
            {%- if reason is none %}
            union all
            {{ customer_health.rows_per_day(this) }}
            {%- endif %}
        {% endcall %}
        {% if reason is not none %}
            {% do log(this.identifier ~ ': rebuilding every day: ' ~ reason, info=True) %}
        {% endif %}
        {# dbt's temporary table only tells it the columns; the strategy inserts the rows themselves #}
        {{ return(customer_health.set_rebuild_start(none if reason else '9999-12-31')) }}
    {% endif %}
{% endmacro %}
