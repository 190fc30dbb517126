with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

spans as (

    select
        customers.customer_id,
        greatest(customers.acquisition_date, {{ first_untested_day(ref('customer_daily_metrics')) }}) as first_day,
        as_of.as_of_date as last_day
    from customers
    cross join as_of

),

expected as (

    select
        customer_id,
        first_day,
        last_day,
        {{ days_between('first_day', 'last_day') }} + 1 as num_days
    from spans
    where first_day <= last_day

),

actual as (

    select
        customer_id,
        min(date) as first_day,
        max(date) as last_day,
        count(distinct date) as num_days,
        count(*) as num_rows
    from {{ ref('customer_daily_metrics') }}
    where date >= {{ first_untested_day(ref('customer_daily_metrics')) }}
    group by customer_id

)

select
    expected.customer_id as expected_customer_id,
    actual.customer_id as actual_customer_id,
    expected.num_days,
    actual.num_rows
from expected
full outer join actual on expected.customer_id = actual.customer_id
where
    expected.customer_id is null
    or actual.customer_id is null
    or expected.first_day <> actual.first_day
    or expected.last_day <> actual.last_day
    or expected.num_days <> actual.num_days
    or expected.num_days <> actual.num_rows
