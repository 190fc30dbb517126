-- Which paying customers need attention first, and why?
select
    customer_id,
    region,
    industry,
    total_arr,
    arr_at_stake,
    at_stake_is,
    customer_risk_score,
    largest_driver,
    products_driver,
    arr_driver,
    logins_driver,
    unique_users_driver,
    critical_tickets_driver,
    open_tickets,
    days_since_last_activity
from {{ ref('customer_list') }}
where is_to_call
order by arr_at_stake desc, total_arr desc, customer_id asc
