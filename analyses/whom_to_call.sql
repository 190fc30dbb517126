-- Whom to call first? Paying customers by expected loss, and what raises their score.
with outlook as (

    select * from {{ ref('customer_outlook') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}

)

select
    outlook.customer_id,
    customers.region,
    customers.industry,
    outlook.expected_lost_arr,
    outlook.total_arr,
    outlook.churn_rate,
    outlook.tenth,
    risk_drivers.largest_driver,
    customers.days_since_last_activity
from outlook
inner join customers on outlook.customer_id = customers.customer_id
inner join risk_drivers
    on
        customers.customer_id = risk_drivers.customer_id
        and customers.last_metrics_date = risk_drivers.date
where outlook.expected_lost_arr is not null
order by outlook.expected_lost_arr desc, outlook.customer_id asc
