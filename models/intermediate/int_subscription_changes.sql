with subscriptions as (

    select * from {{ ref('stg_subscriptions') }}

),

active as (

    select
        customer_id,
        product_id,
        arr,
        start_date as first_day,
        {{ last_active_day('end_date') }} as last_day
    from subscriptions

),

active_at_least_a_day as (

    select *
    from active
    where last_day is null or last_day >= first_day

),

-- overlapping subscriptions of one product count it once
active_products as (

    {{ merge_overlapping_intervals(
        relation='active_at_least_a_day',
        partition_by=['customer_id', 'product_id'],
        first_day='first_day',
        last_day='last_day',
    ) }}

),

changes as (

    select
        customer_id,
        first_day as date,
        1 as num_products_change,
        0 as arr_change
    from active_products
    union all
    select
        customer_id,
        {{ add_days('last_day', 1) }} as date,
        -1 as num_products_change,
        0 as arr_change
    from active_products
    where last_day is not null
    union all
    select
        customer_id,
        first_day as date,
        0 as num_products_change,
        arr as arr_change
    from active_at_least_a_day
    union all
    select
        customer_id,
        {{ add_days('last_day', 1) }} as date,
        0 as num_products_change,
        -arr as arr_change
    from active_at_least_a_day
    where last_day is not null

)

select
    customer_id,
    date,
    cast(sum(num_products_change) as int) as num_products_change,
    sum(arr_change) as arr_change
from changes
group by customer_id, date
