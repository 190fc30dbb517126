{%- set has_id = has_column('subscriptions', 'subscription_id') -%}
{%- set quantity = raw_column('subscriptions', 'quantity') -%}
{%- set updated_at = raw_column('subscriptions', 'updated_at') -%}
{%- set row = ['customer_id', 'product_id', 'quantity', 'start_date', 'end_date', 'arr'] -%}
{%- set key = ['subscription_id'] if has_id else row -%}
{%- set duplicate = 'duplicate_key' if has_id else 'duplicate_row' -%}
with raw as (

    select * from {{ raw_table('subscriptions') }}

),

customers as (

    select customer_id as known_customer_id from {{ ref('stg_customers') }}

),

typed as (

    select
        {{ clean_text(raw_column('subscriptions', 'subscription_id')) }} as subscription_id,
        {{ clean_text(raw_column('subscriptions', 'customer_id')) }} as customer_id,
        {{ clean_text(raw_column('subscriptions', 'product_id')) }} as product_id,
        {{ parse_integer(quantity, 'subscriptions') }} as quantity,
        {{ has_value(quantity, 'subscriptions') }} as has_quantity,
        {{ parse_date(raw_column('subscriptions', 'start_date'), 'subscriptions') }} as start_date,
        {{ parse_date(raw_column('subscriptions', 'end_date'), 'subscriptions') }} as end_date,
        {{ has_value(raw_column('subscriptions', 'end_date'), 'subscriptions') }} as has_end_date,
        {{ parse_amount(raw_column('subscriptions', 'arr'), 'subscriptions') }} as arr,
        {{ parse_timestamp(updated_at, 'subscriptions') }} as updated_at,
        {{ has_value(updated_at, 'subscriptions') }} as has_updated_at,
        {{ raw_record('raw', 'subscriptions') }} as raw_record
    from raw

),

checked as (

    select
        typed.*,
        case
            when typed.customer_id is null or typed.product_id is null then 'missing_key'
            {%- if has_id %}
            when typed.subscription_id is null then 'missing_key'
            {%- endif %}
            when typed.start_date is null or (typed.end_date is null and typed.has_end_date) then 'invalid_date'
            when typed.updated_at is null and typed.has_updated_at then 'invalid_date'
            when (typed.quantity is null and typed.has_quantity) or typed.arr is null then 'invalid_number'
            when typed.end_date < typed.start_date then 'ends_before_start'
            when typed.arr < 0 or typed.quantity <= 0 then 'negative_value'
            when customers.known_customer_id is null then 'unknown_customer'
        end as own_rejection_reason
    from typed
    left join customers on typed.customer_id = customers.known_customer_id

),

-- the latest state of a subscription is kept
ranked as (

    {{ rank_duplicates(
        'checked',
        key=key,
        order_by=[
            'updated_at desc nulls last',
            'end_date desc nulls last',
            'start_date desc',
            'arr desc',
            'customer_id asc',
            'product_id asc',
            'quantity asc nulls last',
        ],
    ) }}

),

decided as (

    select
        *,
        case
            when own_rejection_reason is not null then own_rejection_reason
            when rank_among_duplicates > 1 then '{{ duplicate }}'
        end as rejection_reason
    from ranked

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
