{% macro run_day() -%}
    {%- set zone = modules.pytz.timezone(customer_health.reporting_timezone()) -%}
    cast('{{ run_started_at.astimezone(zone).strftime("%Y-%m-%d") }}' as date)
{%- endmacro %}
