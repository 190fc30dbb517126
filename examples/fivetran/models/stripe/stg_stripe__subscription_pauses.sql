with source as (

    select * from {{ source('stripe', 'subscription_history') }}

),

-- a state ends when the next one begins; the current one has no end
states as (

    select
        id as subscription_id,
        pause_collection_behavior is not null or status in ('incomplete', 'paused', 'unpaid') as is_pause,
        _fivetran_start as began_at,
        lead(_fivetran_start) over (partition by id order by _fivetran_start asc) as ended_at
    from source
    where coalesce(livemode, true)

),

-- the state at the end of a day counts for the day
days as (

    select
        subscription_id,
        cast(began_at as date) as first_day,
        {{ day_before('cast(ended_at as date)') }} as last_day
    from states
    where is_pause

),

pauses as (

    select
        *,
        lag(last_day) over (partition by subscription_id order by first_day asc) as last_day_before
    from days
    where last_day >= first_day or last_day is null

),

numbered as (

    select
        subscription_id,
        first_day,
        last_day,
        sum(case when first_day <= {{ day_after('last_day_before') }} then 0 else 1 end)
            over (partition by subscription_id order by first_day asc rows unbounded preceding)
            as pause_number
    from pauses

)

select
    subscription_id,
    min(first_day) as first_day,
    case when count(*) = count(last_day) then max(last_day) end as last_day
from numbered
group by
    subscription_id,
    pause_number
