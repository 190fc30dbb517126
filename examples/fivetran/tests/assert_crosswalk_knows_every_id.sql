{{ config(severity='warn') }}

with customers as (

    select * from {{ ref('health_customers') }}

),

subscriptions as (

    select * from {{ ref('health_subscriptions') }}

),

login_events as (

    select * from {{ ref('health_login_events') }}

),

support_tickets as (

    select * from {{ ref('health_support_tickets') }}

),

unmatched as (

    select
        'customers' as input,
        source_key
    from customers
    where customer_id is null
    union all
    select
        'subscriptions' as input,
        source_key
    from subscriptions
    where customer_id = source_key
    union all
    select
        'login_events' as input,
        source_key
    from login_events
    where customer_id = source_key
    union all
    select
        'support_tickets' as input,
        source_key
    from support_tickets
    where customer_id = source_key

)

select
    input,
    source_key,
    count(*) as num_rows
from unmatched
group by
    input,
    source_key
