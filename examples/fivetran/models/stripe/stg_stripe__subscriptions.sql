with source as (

    select * from {{ source('stripe', 'subscription_history') }}

),

-- the current row has start and end, even from before Fivetran's first sync
current_rows as (

    select *
    from source
    where
        _fivetran_active
        and coalesce(livemode, true)
        and status not in ('incomplete', 'incomplete_expired')

)

select
    id as subscription_id,
    'stripe:' || customer_id as source_key,
    cast(greatest(start_date, coalesce(trial_end, start_date)) as date) as first_day,
    {{ day_before('cast(coalesce(ended_at, cancel_at) as date)') }} as last_day
from current_rows
