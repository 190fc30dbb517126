with base_customers as (

    select * from {{ ref('base_customers') }}

)

select
    customer_id,
    acquisition_date,
    region,
    industry
from base_customers
where rejection_reason is null
