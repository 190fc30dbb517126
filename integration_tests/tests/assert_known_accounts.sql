-- Computed by hand. The last day is 9 May, because the login on 10 May, 02:00 UTC, is the evening before in New York.
with expected (
    customer_id, total_arr, pct_change_arr_90d, num_logins_last_3m, has_high_aging_tickets, customer_risk_score
) as (

    values
    ('A1', 1200.00, -33.33, 2, true, 0.00),
    ('A2', 2400.00, 0.00, 1, false, 100.00),
    ('A3', 900.00, null, 1, false, 14.29)

),

actual as (

    select * from {{ ref('customer_health', 'customers_enriched') }}

)

select
    expected.customer_id as expected_customer_id,
    actual.customer_id
from expected
full outer join actual on expected.customer_id = actual.customer_id
where
    actual.last_metrics_date is distinct from date '2024-05-09'
    or expected.total_arr is distinct from actual.total_arr
    or expected.pct_change_arr_90d is distinct from actual.pct_change_arr_90d
    or expected.num_logins_last_3m is distinct from actual.num_logins_last_3m
    or expected.has_high_aging_tickets is distinct from actual.has_high_aging_tickets
    or expected.customer_risk_score is distinct from actual.customer_risk_score
