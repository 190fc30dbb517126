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

    select max(acquisition_date) as newest_day
    from customers
    where acquisition_date <= {{ run_day() }}
    union all
    select max(start_date) as newest_day
    from subscriptions
    where start_date <= {{ run_day() }}
    union all
    select max(cast(login_timestamp as date)) as newest_day
    from login_events
    where cast(login_timestamp as date) <= {{ run_day() }}
    union all
    select max(cast(created_date as date)) as newest_day
    from support_tickets
    where cast(created_date as date) <= {{ run_day() }}
    union all
    select max(cast(closed_date as date)) as newest_day
    from support_tickets
    where cast(closed_date as date) <= {{ run_day() }}

)

select coalesce({{ as_of_date() }}, max(newest_day)) as as_of_date
from source_days
