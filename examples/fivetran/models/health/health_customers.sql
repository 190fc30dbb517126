{%- set crm = chosen('crm', ['stripe', 'hubspot']) -%}
with customers as (

    select * from {{ ref('stg_stripe__customers' if crm == 'stripe' else 'stg_hubspot__companies') }}

),

customer_ids as (

    select * from {{ ref('stg_crosswalk__customer_ids') }}

),

-- a customer outside the crosswalk has no id, and is rejected as missing_key
matched as (

    select
        customers.*,
        customer_ids.customer_id
    from customers
    left join customer_ids on customers.source_key = customer_ids.source_key

)

select
    customer_id,
    acquisition_date,
    region,
    industry,
    source_key
from matched
