{{ config(materialized='view') }}

with outcomes as (

    select * from {{ ref('risk_score_outcomes') }}

),

placed as (

    select
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        {{ decile('customer_risk_score_raw', partition_by='date') | indent(8) }} as decile,
        case when has_churned then 1 else 0 end as churned,
        lost_arr,
        cast(100 * lost_arr as bigint) as lost_cents
    from outcomes

),

-- each month, and all together
deciles as (

    select
        month,
        decile,
        count(*) as num_customers,
        sum(churned) as num_churned,
        sum(lost_arr) as lost_arr,
        sum(lost_cents) as lost_cents
    from placed
    group by grouping sets ((month, decile), (decile))  -- noqa: PRS

),

compared as (

    select
        *,
        sum(num_customers) over (partition by month) as all_customers,
        sum(num_churned) over (partition by month) as all_churned,
        sum(lost_cents) over (partition by month) as all_lost_cents,
        sum(num_churned) over (partition by month order by decile) as churned_so_far,
        sum(lost_cents) over (partition by month order by decile) as lost_cents_so_far
    from deciles

)

select
    month,
    decile,
    cast(num_customers as int) as num_customers,
    cast(num_churned as int) as num_churned,
    cast({{ rounded_rate('num_churned', 'num_customers') | indent }} as decimal(9, 6)) as churn_rate,
    {{ rounded_rate('(num_churned * all_customers)', '(num_customers * all_churned)') | indent }} as lift,
    cast(lost_arr as decimal(18, 2)) as lost_arr,
    cast({{ rounded_rate('churned_so_far', 'all_churned') | indent }} as decimal(9, 6)) as cumulative_churn_share,
    cast({{ rounded_rate('lost_cents_so_far', 'all_lost_cents') | indent }} as decimal(9, 6)) as cumulative_lost_arr_share
from compared
