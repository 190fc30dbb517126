-- Login days in New York; A1's second login of 11 April is on the 12th in UTC.
with expected (customer_id, date, num_logins) as (

    values
    ('A1', date '2024-01-15', 1),
    ('A1', date '2024-04-11', 2),
    ('A2', date '2024-02-02', 1),
    ('A2', date '2024-04-20', 1),
    ('A3', date '2024-05-09', 1)

),

actual as (

    select
        customer_id,
        date,
        num_logins
    from {{ ref('customer_health', 'customer_daily_metrics') }}
    where num_logins > 0

)

select
    expected.customer_id as expected_customer_id,
    expected.date as expected_date,
    actual.customer_id,
    actual.date
from expected
full outer join actual
    on
        expected.customer_id = actual.customer_id
        and expected.date = actual.date
        and expected.num_logins = actual.num_logins
where
    expected.customer_id is null
    or actual.customer_id is null
