-- Which paying customers need attention first, and why?
with customers as (

    select * from {{ ref('customers_enriched') }}

),

outlook as (

    select * from {{ ref('customer_outlook') }}

),

risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}

)

select
    customers.customer_id,
    customers.region,
    customers.industry,
    customers.total_arr,
    {{ arr_at_stake('outlook.expected_lost_arr', 'customers.customer_risk_score', 'customers.total_arr') | indent }}
        as arr_at_stake,
    case when outlook.expected_lost_arr is null then 'score x ARR' else 'expected loss' end as at_stake_is,
    customers.customer_risk_score,
    risk_drivers.largest_driver,
    risk_drivers.products_driver,
    risk_drivers.arr_driver,
    risk_drivers.logins_driver,
    risk_drivers.unique_users_driver,
    risk_drivers.critical_tickets_driver,
    customers.open_tickets,
    customers.days_since_last_activity
from customers
inner join outlook on customers.customer_id = outlook.customer_id
inner join risk_drivers
    on
        customers.customer_id = risk_drivers.customer_id
        and customers.last_metrics_date = risk_drivers.date
where risk_drivers.largest_driver is not null
order by arr_at_stake desc, customers.total_arr desc, customers.customer_id asc
