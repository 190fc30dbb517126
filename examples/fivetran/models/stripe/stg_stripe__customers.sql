with source as (

    select * from {{ source('stripe', 'customer') }}

),

live as (

    select *
    from source
    where coalesce(livemode, true)

)

select
    'stripe:' || id as source_key,
    cast(created as date) as acquisition_date,
    {{ json_text('metadata', 'region') }} as region,
    {{ json_text('metadata', 'industry') }} as industry
from live
