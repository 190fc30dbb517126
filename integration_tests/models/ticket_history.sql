{{ config(materialized='incremental') }}

with days as (

    select * from {{ ref('customer_health', 'customer_daily_metrics') }}

)

select
    customer_id,
    date,
    open_tickets
from days
{% if is_incremental() -%}
where days.date > (select max(history.date) from {{ this }} as history)
{%- endif %}
