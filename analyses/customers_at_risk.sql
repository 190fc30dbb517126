-- Which customers that still pay need attention first, and why?
with customers as (

    select * from {{ ref('customers_enriched') }}

),

risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}

)

select
    customers.customer_id,
    customers.region,
    customers.industry,
    customers.total_arr,
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
inner join risk_drivers
    on
        customers.customer_id = risk_drivers.customer_id
        and customers.last_metrics_date = risk_drivers.date
where
    customers.total_arr > 0
    and risk_drivers.largest_driver is not null
order by customers.customer_risk_score desc, customers.total_arr desc, customers.customer_id asc
