with customers as (

    select * from {{ ref('customer_health', 'customers_enriched') }}

)

select
    customer_id,
    customer_risk_score
from customers
where has_high_aging_tickets
