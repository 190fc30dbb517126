with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

spans as (

    select
        customers.customer_id,
        greatest(customers.acquisition_date, {{ first_day_to_build('customer_daily_metrics') }}) as first_day,
        as_of.as_of_date as last_day
    from customers
    cross join as_of

)

select
    customer_id,
    first_day,
    last_day
from spans
where first_day <= last_day
