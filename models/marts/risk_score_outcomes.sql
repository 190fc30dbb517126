{%- set outcome_days = setting('outcome_days') | int %}
-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE, and skips rows by
-- a list of days.
with month_ends as (

    select date
    from {{ ref('time_spine') }}
    where date = last_day(date)

),

paying_customers as (

    select
        customer_id,
        date,
        customer_risk_score,
        total_arr
    from {{ ref('customer_daily_metrics') }}
    where date in (select month_ends.date from month_ends) and total_arr > 0

),

drivers as (

    select *
    from {{ ref('customer_risk_drivers') }}
    where date in (select month_ends.date from month_ends)

),

-- the days of the outcomes; missing only if not built yet
outcome_days as (

    select
        customer_id,
        {{ add_days('date', -outcome_days) }} as month_end,
        total_arr as arr_after
    from {{ ref('customer_daily_metrics') }}
    where date in (select {{ add_days('month_ends.date', outcome_days) }} from month_ends)

)

select
    paying_customers.customer_id,
    paying_customers.date,
    paying_customers.customer_risk_score,
    drivers.customer_risk_score_raw,
    drivers.products_driver,
    drivers.arr_driver,
    drivers.logins_driver,
    drivers.unique_users_driver,
    drivers.critical_tickets_driver,
    paying_customers.total_arr,
    outcome_days.arr_after,
    cast(greatest(paying_customers.total_arr - outcome_days.arr_after, 0) as decimal(18, 2)) as lost_arr,
    outcome_days.arr_after = 0 as has_churned,
    outcome_days.arr_after > 0 and outcome_days.arr_after < paying_customers.total_arr as has_contracted
from paying_customers
inner join drivers
    on paying_customers.customer_id = drivers.customer_id and paying_customers.date = drivers.date
inner join outcome_days
    on paying_customers.customer_id = outcome_days.customer_id and paying_customers.date = outcome_days.month_end
