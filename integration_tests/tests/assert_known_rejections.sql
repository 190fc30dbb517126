with expected (source_table, reason, record_key) as (

    values
    ('customers', 'duplicate_key', 'A3'),
    ('subscriptions', 'unknown_customer', 'A9|helpdesk|2024-01-01'),
    ('login_events', 'duplicate_event', 'U2|A1|2024-04-11 15:00:00+00'),
    ('support_tickets', 'closed_before_created', 'T4')

),

actual as (

    select * from {{ ref('customer_health', 'rejected_records') }}

)

select
    expected.source_table as expected_source_table,
    expected.record_key as expected_record_key,
    actual.source_table,
    actual.record_key
from expected
full outer join actual
    on
        expected.source_table = actual.source_table
        and expected.reason = actual.reason
        and expected.record_key = actual.record_key
where
    expected.source_table is null
    or actual.source_table is null
