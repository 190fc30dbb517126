{%- set updated_at = raw_column('support_tickets', 'updated_at') -%}
with raw as (

    select * from {{ raw_table('support_tickets') }}

),

customers as (

    select customer_id as known_customer_id from {{ ref('stg_customers') }}

),

typed as (

    select
        {{ clean_text(raw_column('support_tickets', 'ticket_id')) }} as ticket_id,
        {{ clean_text(raw_column('support_tickets', 'customer_id')) }} as customer_id,
        lower({{ clean_text(raw_column('support_tickets', 'status')) }}) as status,
        {{ parse_timestamp(raw_column('support_tickets', 'created_date'), 'support_tickets') }} as created_date,
        lower({{ clean_text(raw_column('support_tickets', 'ticket_category')) }}) as ticket_category,
        {{ parse_timestamp(raw_column('support_tickets', 'closed_date'), 'support_tickets') }} as closed_date,
        {{ has_value(raw_column('support_tickets', 'closed_date'), 'support_tickets') }} as has_closed_date,
        {{ parse_timestamp(updated_at, 'support_tickets') }} as updated_at,
        {{ has_value(updated_at, 'support_tickets') }} as has_updated_at,
        {{ raw_record('raw', 'support_tickets') }} as raw_record
    from raw

),

checked as (

    select
        typed.*,
        case
            when typed.ticket_id is null or typed.customer_id is null then 'missing_key'
            when typed.created_date is null or (typed.closed_date is null and typed.has_closed_date) then 'invalid_date'
            when typed.updated_at is null and typed.has_updated_at then 'invalid_date'
            when typed.closed_date < typed.created_date then 'closed_before_created'
            when customers.known_customer_id is null then 'unknown_customer'
        end as own_rejection_reason
    from typed
    left join customers on typed.customer_id = customers.known_customer_id

),

-- the latest state of a ticket is kept
ranked as (

    {{ rank_duplicates(
        'checked',
        key=['ticket_id'],
        order_by=[
            'updated_at desc nulls last',
            'closed_date desc nulls last',
            'created_date desc nulls last',
            'case when ' ~ is_status_in('closed_statuses', 'status') ~ ' then 0 else 1 end asc',
            'status asc nulls last',
            'customer_id asc',
            'ticket_category asc nulls last',
        ],
    ) }}

),

decided as (

    select
        *,
        case
            when own_rejection_reason is not null then own_rejection_reason
            when rank_among_duplicates > 1 then 'duplicate_key'
            when {{ is_status_in('ignored_ticket_statuses', 'status') }} then 'ignored_status'
        end as rejection_reason
    from ranked

)

select
    ticket_id,
    customer_id,
    status,
    created_date,
    ticket_category,
    closed_date,
    rejection_reason,
    case when rejection_reason is not null then ticket_id end as record_key,
    case when rejection_reason is not null then {{ record_as_json('raw_record') }} end as record
from decided
