{{ config(materialized='view') }}

with paying_customers as (

    select
        customer_id,
        {{ decile('customer_risk_score_raw', partition_by='last_metrics_date') | indent(8) }} as decile,
        customer_risk_score,
        total_arr
    from {{ ref('customers_enriched') }}
    where total_arr > 0

),

churn_rates as (

    select * from {{ ref('churn_rates') }}

),

-- while history is too short for a rate, what the score says
stakes as (

    select
        paying_customers.customer_id,
        paying_customers.decile,
        churn_rates.churn_rate,
        paying_customers.total_arr,
        churn_rates.why_unknown,
        cast(
            coalesce(churn_rates.churn_rate, paying_customers.customer_risk_score * 0.01) as decimal(9, 6)
        ) as rate_at_stake,
        case when churn_rates.churn_rate is null then 'score x ARR' else 'expected loss' end as at_stake_is
    from paying_customers
    inner join churn_rates on paying_customers.decile = churn_rates.decile

)

select
    customer_id,
    decile,
    churn_rate,
    total_arr,
    {{ part_of('total_arr', 'churn_rate') }} as expected_lost_arr,
    why_unknown,
    rate_at_stake,
    {{ part_of('total_arr', 'rate_at_stake') }} as arr_at_stake,
    at_stake_is
from stakes
