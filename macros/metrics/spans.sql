{# The login windows, and how far back an ARR or a number of products is compared; also in column names. #}
{% macro window_days() -%}
    {{ return(90) }}
{%- endmacro %}


{# The age at which an open ticket is old; also in a column name. #}
{% macro ticket_aging_days() -%}
    {{ return(14) }}
{%- endmacro %}


{% macro last_active_day(end_date) -%}
    {%- if customer_health.setting('subscription_end_date_is_inclusive') -%}
        {{ end_date }}
    {%- else -%}
        {{ customer_health.add_days(end_date, -1) }}
    {%- endif -%}
{%- endmacro %}


{# Under any other status, a closed date is stale: the ticket was reopened. #}
{% macro resolved_day(status, closed_date) -%}
    case when {{ customer_health.is_status_in('closed_statuses', status) }} then cast({{ closed_date }} as date) end
{%- endmacro %}
