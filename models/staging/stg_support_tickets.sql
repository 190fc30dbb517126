with base_support_tickets as (

    select * from {{ ref('base_support_tickets') }}

)

select
    ticket_id,
    customer_id,
    status,
    created_date,
    ticket_category,
    closed_date
from base_support_tickets
where rejection_reason is null
