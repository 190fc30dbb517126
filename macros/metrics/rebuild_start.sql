{# The first day that customer_daily_metrics is building, for the views it reads; null means every day. #}
{% macro rebuild_start() -%}
    {{ customer_health.first_day_to_build('customer_daily_metrics') }}
{%- endmacro %}
