with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

)

select
    customers.customer_id,
    customers.acquisition_date as first_day,
    as_of.as_of_date as last_day
from customers
cross join as_of
where customers.acquisition_date <= as_of.as_of_date
