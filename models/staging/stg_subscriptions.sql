with base_subscriptions as (

    select * from {{ ref('base_subscriptions') }}

)

select
    customer_id,
    product_id,
    quantity,
    start_date,
    end_date,
    arr
from base_subscriptions
where rejection_reason is null
