-- How much ARR is at risk, and where? At risk is a raw score of 100 or more, as much as one component can add.
with customers as (

    select * from {{ ref('customers_enriched') }}

),

paying as (

    select
        coalesce(region, 'unknown') as region,
        total_arr,
        case when customer_risk_score_raw >= 100 then 1 else 0 end as is_at_risk
    from customers
    where total_arr > 0

),

regions as (

    select
        region,
        count(*) as paying_customers,
        sum(is_at_risk) as customers_at_risk,
        sum(total_arr) as arr,
        sum(is_at_risk * total_arr) as arr_at_risk,
        cast(sum(100 * total_arr) as {{ type_cents() }}) as arr_cents,
        cast(sum(100 * is_at_risk * total_arr) as {{ type_cents() }}) as arr_at_risk_cents
    from paying
    group by region

)

select
    region,
    paying_customers,
    customers_at_risk,
    arr,
    arr_at_risk,
    {{ rounded_ratio('100 * arr_at_risk_cents', 'arr_cents') }} as pct_of_arr_at_risk
from regions
order by arr_at_risk desc, region asc
