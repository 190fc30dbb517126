with raw as (

    select * from {{ raw_table('login_events') }}

),

customers as (

    select customer_id as known_customer_id from {{ ref('stg_customers') }}

),

typed as (

    select
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('customer_id') }} as customer_id,
        lower({{ clean_text('user_type') }}) as user_type,
        {{ parse_timestamp('login_timestamp') }} as login_timestamp,
        {{ raw_record('raw', 'login_events') }} as raw_record
    from raw

),

checked as (

    select
        typed.*,
        case
            when typed.user_id is null or typed.customer_id is null then 'missing_key'
            when typed.login_timestamp is null then 'invalid_date'
            when customers.known_customer_id is null then 'unknown_customer'
        end as fault
    from typed
    left join customers on typed.customer_id = customers.known_customer_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by user_id, customer_id, user_type, login_timestamp, fault is null
            order by {{ record_order('raw_record') | indent(12) }}
        ) as rank_among_duplicates
    from checked

),

decided as (

    select
        *,
        case
            when fault is not null then fault
            when rank_among_duplicates > 1 then 'duplicate_event'
        end as rejection_reason
    from ranked

)

select
    user_id,
    customer_id,
    user_type,
    login_timestamp,
    rejection_reason,
    case
        when rejection_reason is not null
            then {{ joined_key(['raw_record.user_id', 'raw_record.customer_id', 'raw_record.login_timestamp']) }}
    end as record_key,
    case when rejection_reason is not null then {{ record_as_json('raw_record') }} end as record
from decided
