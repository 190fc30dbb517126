{{ config(materialized='incremental_exact_days', event_time='login_timestamp') }}

{% set has_id = has_column('login_events', 'event_id') -%}
{%- set key = ['event_id'] if has_id else ['user_id', 'customer_id', 'user_type', 'login_timestamp'] -%}
{%- set raw_logins = raw_table('login_events') -%}

{% call exact_days(replace='all' if has_id else 'changed') %}
{{ watch(
    'login_events',
    raw_events('login_events', 'login_timestamp', customers=ref('stg_customers')),
    day='moment',
    location=raw_logins,
) }}
{% endcall %}

with raw as (

    select * from {{ raw_logins }}

),

customers as (

    select customer_id as known_customer_id from {{ ref('stg_customers') }}

),

typed as (

    select
        {{ clean_text(raw_column('login_events', 'event_id')) }} as event_id,
        {{ clean_text(raw_column('login_events', 'user_id')) }} as user_id,
        {{ clean_text(raw_column('login_events', 'customer_id')) }} as customer_id,
        lower({{ clean_text(raw_column('login_events', 'user_type')) }}) as user_type,
        {{ parse_timestamp(raw_column('login_events', 'login_timestamp'), 'login_events') }} as login_timestamp,
        {{ raw_record('raw', 'login_events') }} as raw_record
    from raw

),

to_clean as (

    select *
    from typed
    where {{ is_day_to_build() }}

),

checked as (

    select
        to_clean.*,
        case
            when to_clean.user_id is null or to_clean.customer_id is null then 'missing_key'
            {%- if has_id %}
            when to_clean.event_id is null then 'missing_key'
            {%- endif %}
            when to_clean.login_timestamp is null then 'invalid_date'
            when customers.known_customer_id is null then 'unknown_customer'
        end as own_rejection_reason
    from to_clean
    left join customers on to_clean.customer_id = customers.known_customer_id

),

-- the earliest time of an event is kept
ranked as (

    {{ rank_duplicates(
        'checked',
        key=key,
        order_by=['login_timestamp', 'user_id', 'customer_id', 'user_type nulls last'],
    ) }}

),

decided as (

    select
        *,
        case
            when own_rejection_reason is not null then own_rejection_reason
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
            then {{ joined_key('raw_record', 'login_events', ['user_id', 'customer_id', 'login_timestamp']) }}
    end as record_key,
    case when rejection_reason is not null then {{ record_as_json('raw_record') }} end as record
from decided
