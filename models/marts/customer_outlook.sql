{{ config(materialized='view') }}

{#- Ten customers at three month ends each, since a departure within 90 days is an outcome of three. -#}
{%- set few = 30 %}

with paying_customers as (

    select
        customer_id,
        {{ decile('customer_risk_score_raw', partition_by='last_metrics_date') | indent(8) }} as decile,
        total_arr
    from {{ ref('customers_enriched') }}
    where total_arr > 0

),

deciles as (

    select
        decile,
        num_customers,
        num_churned
    from {{ ref('risk_score_lift') }}
    where month is null

),

history as (

    select
        coalesce(sum(num_customers), 0) as num_customers,
        coalesce(sum(num_churned), 0) as num_churned
    from deciles

),

-- an empty decile has the overall rate
rates as (

    select
        paying_customers.customer_id,
        paying_customers.decile,
        paying_customers.total_arr,
        cast({{ rounded_rate(
            '(coalesce(deciles.num_churned, 0) * history.num_customers + ' ~ few ~ ' * history.num_churned)',
            '((coalesce(deciles.num_customers, 0) + ' ~ few ~ ') * history.num_customers)',
        ) | indent(8) }} as decimal(9, 6)) as churn_rate,
        case
            when history.num_customers = 0 then 'history_too_short'
            when history.num_customers < {{ few }} then 'too_few_outcomes'
            when history.num_churned = 0 then 'nobody_has_churned'
        end as why_unknown
    from paying_customers
    cross join history
    left join deciles on paying_customers.decile = deciles.decile

)

select
    customer_id,
    decile,
    case when why_unknown is null then churn_rate end as churn_rate,
    total_arr,
    case when why_unknown is null then cast(round(total_arr * churn_rate, 2) as decimal(18, 2)) end as expected_lost_arr,
    why_unknown
from rates
