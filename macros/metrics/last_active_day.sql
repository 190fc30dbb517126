{% macro last_active_day(end_date) -%}
    {%- if customer_health.setting('subscription_end_date_is_inclusive') -%}
        {{ end_date }}
    {%- else -%}
        {{ customer_health.add_days(end_date, -1) }}
    {%- endif -%}
{%- endmacro %}
