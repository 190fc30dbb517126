{{- config(pre_hook="{{ check_one_currency(
    ref('int_stripe__paying_periods'), ref('stg_stripe__subscription_items'), ref('stg_stripe__prices')
) }}") -}}
with periods as (

    select * from {{ ref('int_stripe__paying_periods') }}

),

items as (

    select * from {{ ref('stg_stripe__subscription_items') }}

),

prices as (

    select * from {{ ref('stg_stripe__prices') }}

),

customer_ids as (

    select * from {{ ref('stg_crosswalk__customer_ids') }}

),

-- each item is a subscription to its product
priced as (

    select
        items.subscription_item_id,
        prices.product_id,
        items.quantity,
        periods.source_key,
        periods.first_day,
        periods.last_day,
        case
            when prices.is_metered then 0
            else
                items.quantity * prices.unit_amount * prices.intervals_per_year
                / (prices.intervals_per_payment * prices.units_per_currency)
        end as arr
    from periods
    left join items on periods.subscription_id = items.subscription_id
    left join prices on items.price_id = prices.price_id

),

-- an id without a match is kept, and rejected as unknown_customer
matched as (

    select
        priced.*,
        coalesce(customer_ids.customer_id, priced.source_key) as customer_id
    from priced
    left join customer_ids on priced.source_key = customer_ids.source_key

)

select
    customer_id,
    product_id,
    quantity,
    first_day as start_date,
    last_day as end_date,
    cast(round(arr, 2) as numeric(18, 2)) as arr,
    subscription_item_id || '|' || cast(first_day as {{ dbt.type_string() }}) as subscription_id,
    source_key
from matched
