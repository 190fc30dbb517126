with source as (

    select * from {{ source('stripe', 'subscription_item') }}

)

select
    id as subscription_item_id,
    subscription_id,
    plan_id as price_id,
    quantity
from source
