with subscriptions as (

    select * from {{ ref('stg_stripe__subscriptions') }}

),

pauses as (

    select * from {{ ref('stg_stripe__subscription_pauses') }}

),

pauses_within as (

    select
        pauses.subscription_id,
        greatest(pauses.first_day, subscriptions.first_day) as first_day,
        pauses.last_day
    from pauses
    inner join subscriptions on pauses.subscription_id = subscriptions.subscription_id
    where pauses.last_day >= subscriptions.first_day or pauses.last_day is null

),

beginnings as (

    select
        subscription_id,
        first_day
    from subscriptions
    union all
    select
        subscription_id,
        {{ day_after('last_day') }} as first_day
    from pauses_within
    where last_day is not null

),

next_pauses as (

    select
        beginnings.subscription_id,
        beginnings.first_day,
        min(pauses_within.first_day) as paused_on
    from beginnings
    left join pauses_within
        on
            beginnings.subscription_id = pauses_within.subscription_id
            and beginnings.first_day <= pauses_within.first_day
    group by
        beginnings.subscription_id,
        beginnings.first_day

),

periods as (

    select
        next_pauses.subscription_id,
        subscriptions.source_key,
        next_pauses.first_day,
        case
            when next_pauses.paused_on > subscriptions.last_day or next_pauses.paused_on is null then subscriptions.last_day
            else {{ day_before('next_pauses.paused_on') }}
        end as last_day
    from next_pauses
    inner join subscriptions on next_pauses.subscription_id = subscriptions.subscription_id

)

select
    subscription_id,
    source_key,
    first_day,
    last_day
from periods
where last_day >= first_day or last_day is null
