with decided as (

    select * from {{ ref('base_subscriptions') }}

)

select
    customer_id,
    product_id,
    quantity,
    start_date,
    end_date,
    arr
from decided
where rejection_reason is null
