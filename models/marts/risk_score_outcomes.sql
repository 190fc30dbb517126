{%- set outcome_days = outcome_days() %}
-- The daily table is read by each step on its own: DuckDB reads every column of every day if they share it.
with month_ends as (

    select
        customer_id,
        date,
        customer_risk_score,
        total_arr
    from {{ ref('customer_daily_metrics') }}
    where date = last_day(date) and total_arr > 0

),

drivers as (

    select *
    from {{ ref('customer_risk_drivers') }}
    where date = last_day(date)

),

-- the days on which the outcomes of the month ends show; each is there unless it has not been built yet
outcome_days as (

    select
        customer_id,
        {{ add_days('date', -outcome_days) }} as month_end,
        total_arr as arr_after
    from {{ ref('customer_daily_metrics') }}
    where {{ add_days('date', -outcome_days) }} = last_day({{ add_days('date', -outcome_days) }})

)

select
    month_ends.customer_id,
    month_ends.date,
    month_ends.customer_risk_score,
    drivers.customer_risk_score_raw,
    drivers.products_driver,
    drivers.arr_driver,
    drivers.logins_driver,
    drivers.unique_users_driver,
    drivers.critical_tickets_driver,
    month_ends.total_arr,
    outcome_days.arr_after,
    cast(greatest(month_ends.total_arr - outcome_days.arr_after, 0) as decimal(18, 2)) as lost_arr,
    outcome_days.arr_after = 0 as has_churned,
    outcome_days.arr_after > 0 and outcome_days.arr_after < month_ends.total_arr as has_contracted
from month_ends
inner join drivers
    on month_ends.customer_id = drivers.customer_id and month_ends.date = drivers.date
inner join outcome_days
    on month_ends.customer_id = outcome_days.customer_id and month_ends.date = outcome_days.month_end
