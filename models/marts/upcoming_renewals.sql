{{ config(materialized='view') }}

with subscriptions as (

    select
        customer_id,
        product_id,
        start_date as first_day,
        {{ last_active_day('end_date') }} as last_day,
        end_date,
        arr
    from {{ ref('stg_subscriptions') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

outlook as (

    select * from {{ ref('customer_outlook') }}

),

-- subscriptions of one product that end on one day are one renewal
ending as (

    select
        subscriptions.customer_id,
        subscriptions.product_id,
        customers.last_metrics_date,
        subscriptions.last_day,
        subscriptions.end_date,
        cast(sum(subscriptions.arr) as decimal(18, 2)) as arr
    from subscriptions
    inner join customers on subscriptions.customer_id = customers.customer_id
    where
        subscriptions.first_day <= customers.last_metrics_date
        and subscriptions.last_day >= customers.last_metrics_date
    group by
        subscriptions.customer_id,
        subscriptions.product_id,
        customers.last_metrics_date,
        subscriptions.last_day,
        subscriptions.end_date

),

-- one that already runs beside it is no renewal, unless it began on its last day
renewed as (

    select distinct
        ending.customer_id,
        ending.product_id,
        ending.end_date
    from ending
    inner join subscriptions
        on
            ending.customer_id = subscriptions.customer_id
            and ending.product_id = subscriptions.product_id
            and {{ add_days('ending.last_day', 1) }} >= subscriptions.first_day
            and coalesce(ending.last_day < subscriptions.last_day, true)
    where
        subscriptions.first_day > ending.last_metrics_date
        or subscriptions.first_day = ending.last_day

)

select
    ending.customer_id,
    ending.product_id,
    ending.end_date,
    cast({{ days_between('ending.last_metrics_date', 'ending.end_date') }} as int) as days_until_end,
    ending.arr,
    customers.customer_risk_score,
    outlook.decile,
    outlook.expected_lost_arr,
    {{ part_of('ending.arr', 'outlook.rate_at_stake') }} as arr_at_stake,
    outlook.at_stake_is
from ending
inner join customers on ending.customer_id = customers.customer_id
left join outlook on ending.customer_id = outlook.customer_id
left join renewed
    on
        ending.customer_id = renewed.customer_id
        and ending.product_id = renewed.product_id
        and ending.end_date = renewed.end_date
where renewed.customer_id is null
