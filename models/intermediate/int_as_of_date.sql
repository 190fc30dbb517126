with customers as (

    select * from {{ ref('stg_customers') }}

),

subscriptions as (

    select * from {{ ref('stg_subscriptions') }}

),

login_events as (

    select * from {{ ref('stg_login_events') }}

),

support_tickets as (

    select * from {{ ref('stg_support_tickets') }}

),

source_days as (

    select acquisition_date as date
    from customers
    union all
    select start_date as date
    from subscriptions
    union all
    select cast(login_timestamp as date) as date
    from login_events
    union all
    select cast(created_date as date) as date
    from support_tickets
    union all
    select cast(closed_date as date) as date
    from support_tickets

),

newest_day as (

    select max(date) as date
    from source_days
    where date <= {{ run_day() }}

)

select coalesce({{ date_setting('as_of_date') }}, date) as as_of_date
from newest_day
