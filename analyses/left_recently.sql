-- Who left within the last 90 days, and with how much ARR?
with daily_metrics as (

    select * from {{ ref('customer_daily_metrics') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

last_paying_days as (

    select
        daily_metrics.customer_id,
        max(daily_metrics.date) as date
    from daily_metrics
    inner join customers on daily_metrics.customer_id = customers.customer_id
    where
        customers.total_arr = 0
        and daily_metrics.total_arr > 0
        and daily_metrics.date >= {{ add_days('customers.last_metrics_date', -90) }}
    group by daily_metrics.customer_id

)

select
    customers.customer_id,
    customers.region,
    customers.industry,
    last_paying_days.date as last_day_with_arr,
    {{ days_between('last_paying_days.date', 'customers.last_metrics_date') }} as days_since,
    daily_metrics.total_arr as lost_arr,
    daily_metrics.customer_risk_score as score_then,
    customers.open_tickets
from last_paying_days
inner join customers on last_paying_days.customer_id = customers.customer_id
inner join daily_metrics
    on
        last_paying_days.customer_id = daily_metrics.customer_id
        and last_paying_days.date = daily_metrics.date
order by daily_metrics.total_arr desc, customers.customer_id asc
