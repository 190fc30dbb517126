-- Who pays but does not log in? No login for 30 days or more, by ARR. The score cannot show it: nothing falls any more.
with customers as (

    select * from {{ ref('customers_enriched') }}

),

outlook as (

    select * from {{ ref('customer_outlook') }}

)

select
    customers.customer_id,
    customers.region,
    customers.industry,
    customers.total_arr,
    case
        when customers.days_since_last_activity is null then 'since its acquisition'
        when customers.days_since_last_activity >= 90 then '90 days or more'
        else '30 to 89 days'
    end as silent_for,
    customers.days_since_last_activity,
    customers.days_since_acquisition,
    customers.num_logins_prev_3m,
    customers.open_tickets,
    customers.customer_risk_score,
    outlook.expected_lost_arr
from customers
inner join outlook on customers.customer_id = outlook.customer_id
where coalesce(customers.days_since_last_activity, customers.days_since_acquisition) >= 30
order by customers.total_arr desc, customers.customer_id asc
