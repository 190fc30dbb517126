with decided as (

    select * from {{ ref('base_customers') }}

)

select
    customer_id,
    acquisition_date,
    region,
    industry
from decided
where rejection_reason is null
