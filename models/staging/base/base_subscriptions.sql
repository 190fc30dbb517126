with raw as (

    select * from {{ raw_table('subscriptions') }}

),

customers as (

    select customer_id as known_customer_id from {{ ref('stg_customers') }}

),

typed as (

    select
        {{ clean_text(raw_column('subscriptions', 'customer_id')) }} as customer_id,
        {{ clean_text(raw_column('subscriptions', 'product_id')) }} as product_id,
        {{ parse_integer(raw_column('subscriptions', 'quantity')) }} as quantity,
        {{ parse_date(raw_column('subscriptions', 'start_date')) }} as start_date,
        {{ parse_date(raw_column('subscriptions', 'end_date')) }} as end_date,
        {{ clean_text(raw_column('subscriptions', 'end_date')) }} is not null as has_end_date,
        {{ parse_amount(raw_column('subscriptions', 'arr')) }} as arr,
        {{ raw_record('raw', 'subscriptions') }} as raw_record
    from raw

),

decided as (

    select
        typed.*,
        case
            when typed.customer_id is null or typed.product_id is null then 'missing_key'
            when typed.start_date is null or (typed.end_date is null and typed.has_end_date) then 'invalid_date'
            when typed.quantity is null or typed.arr is null then 'invalid_number'
            when typed.end_date < typed.start_date then 'ends_before_start'
            when typed.arr < 0 or typed.quantity <= 0 then 'negative_value'
            when customers.known_customer_id is null then 'unknown_customer'
        end as rejection_reason
    from typed
    left join customers on typed.customer_id = customers.known_customer_id

)

select
    customer_id,
    product_id,
    quantity,
    start_date,
    end_date,
    arr,
    rejection_reason,
    case
        when rejection_reason is not null
            then {{ joined_key('raw_record', 'subscriptions', ['customer_id', 'product_id', 'start_date']) }}
    end as record_key,
    case when rejection_reason is not null then {{ record_as_json('raw_record') }} end as record
from decided
