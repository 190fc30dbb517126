{# Under any other status, a closed date is stale: the ticket was reopened. #}
{% macro resolved_day(status, closed_date) -%}
    case when {{ customer_health.is_status_in('closed_statuses', status) }} then cast({{ closed_date }} as date) end
{%- endmacro %}
