{{ config(materialized='incremental_exact_days', event_time='date') }}

{% set days_with_tickets -%}
    (select customer_id, date, open_tickets from {{ ref('customer_health', 'customer_daily_metrics') }})
{%- endset %}

{% call customer_health.exact_days(replace='changed') %}
{{ customer_health.watch('open_tickets', days_with_tickets, day='date') }}
{% endcall %}

select
    customer_id,
    date,
    open_tickets
from {{ days_with_tickets }} as days
where {{ customer_health.is_day_to_build() }}
