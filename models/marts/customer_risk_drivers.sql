{{ config(materialized='view') }}

{%- set weights = risk_weights() %}
{%- set scale = 100 * weights.scale %}
{%- set bands = setting('risk_bands') %}

with daily_metrics as (

    select * from {{ ref('customer_daily_metrics') }}

),

-- contribution of each fall to the raw score, in hundredths times the scale of the weights
falls as (

    select
        record_key,
        customer_id,
        date,
        customer_risk_score_raw,
        customer_risk_score,
        total_arr,
        -{{ weights.products }} * {{ bounded_hundredths('pct_change_products_90d') }} as products,
        -{{ weights.arr }} * {{ bounded_hundredths('pct_change_arr_90d') }} as arr,
        -{{ weights.logins }} * {{ bounded_hundredths('pct_change_logins_3m') }} as logins,
        -{{ weights.unique_users }} * {{ bounded_hundredths('pct_change_unique_users_3m') }} as unique_users
    from daily_metrics

),

-- Rounded one by one, drivers would not add up to the score. So running sums are rounded, as is the score, the last of them;
-- a driver is the difference of two.
sums as (

    select
        *,
        {{ rounded_ratio('products', scale) | indent }} as up_to_products,
        {{ rounded_ratio('(products + arr)', scale) | indent }} as up_to_arr,
        {{ rounded_ratio('(products + arr + logins)', scale) | indent }} as up_to_logins,
        {{ rounded_ratio('(products + arr + logins + unique_users)', scale) | indent }} as up_to_unique_users
    from falls

),

drivers as (

    select
        record_key,
        customer_id,
        date,
        up_to_products as products_driver,
        up_to_arr - up_to_products as arr_driver,
        up_to_logins - up_to_arr as logins_driver,
        up_to_unique_users - up_to_logins as unique_users_driver,
        customer_risk_score_raw - up_to_unique_users as critical_tickets_driver,
        customer_risk_score_raw,
        customer_risk_score,
        total_arr
    from sums

),

judged as (

    select
        *,
        greatest(products_driver, arr_driver, logins_driver, unique_users_driver, critical_tickets_driver) as largest,
        case
            when customer_risk_score >= {{ bands.at_risk }} then 'at_risk'
            when customer_risk_score >= {{ bands.watch }} then 'watch'
            else 'calm'
        end as risk_band
    from drivers

)

select
    record_key,
    customer_id,
    date,
    cast(products_driver as decimal(18, 2)) as products_driver,
    cast(arr_driver as decimal(18, 2)) as arr_driver,
    cast(logins_driver as decimal(18, 2)) as logins_driver,
    cast(unique_users_driver as decimal(18, 2)) as unique_users_driver,
    cast(critical_tickets_driver as decimal(18, 2)) as critical_tickets_driver,
    customer_risk_score_raw,
    case
        when largest <= 0 then null
        when products_driver = largest then 'products'
        when arr_driver = largest then 'arr'
        when logins_driver = largest then 'logins'
        when unique_users_driver = largest then 'unique_users'
        else 'critical_tickets'
    end as largest_driver,
    customer_risk_score,
    risk_band,
    total_arr,
    cast(case when risk_band = 'at_risk' then total_arr else 0 end as decimal(18, 2)) as arr_at_risk
from judged
