-- Whose risk has risen most within the last seven days, and what has changed?
with risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}

),

last_day_built as (

    select max(date) as date
    from risk_drivers

),

-- a score moves with the other customers of the day, the raw score with the customer alone
changes as (

    select
        now.customer_id,
        before.customer_risk_score_raw as raw_score_a_week_ago,
        now.customer_risk_score_raw as raw_score,
        now.customer_risk_score_raw - before.customer_risk_score_raw as change,
        now.products_driver - before.products_driver as products_change,
        now.arr_driver - before.arr_driver as arr_change,
        now.logins_driver - before.logins_driver as logins_change,
        now.unique_users_driver - before.unique_users_driver as unique_users_change,
        now.critical_tickets_driver - before.critical_tickets_driver as critical_tickets_change
    from risk_drivers as now
    inner join last_day_built on now.date = last_day_built.date
    inner join risk_drivers as before
        on
            now.customer_id = before.customer_id
            and before.date = {{ add_days('last_day_built.date', -7) }}

),

largest_changes as (

    select
        *,
        greatest(products_change, arr_change, logins_change, unique_users_change, critical_tickets_change) as largest
    from changes

)

select
    customer_id,
    raw_score_a_week_ago,
    raw_score,
    change,
    case
        when products_change = largest then 'products'
        when arr_change = largest then 'arr'
        when logins_change = largest then 'logins'
        when unique_users_change = largest then 'unique_users'
        else 'critical_tickets'
    end as largest_change,
    products_change,
    arr_change,
    logins_change,
    unique_users_change,
    critical_tickets_change
from largest_changes
where change > 0
order by change desc, customer_id asc
