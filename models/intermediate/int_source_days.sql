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

source_dates as (

    select
        'customers' as source_table,
        'acquisition_date' as date_column,
        acquisition_date as date,
        cast(null as {{ dbt.type_string() }}) as user_type,
        false as is_before_acquisition
    from customers
    union all
    select
        'subscriptions' as source_table,
        'start_date' as date_column,
        start_date as date,
        null as user_type,
        false as is_before_acquisition
    from subscriptions
    union all
    select
        'login_events' as source_table,
        'login_timestamp' as date_column,
        cast(login_events.login_timestamp as date) as date,
        login_events.user_type,
        cast(login_events.login_timestamp as date) < customers.acquisition_date as is_before_acquisition
    from login_events
    left join customers on login_events.customer_id = customers.customer_id
    union all
    select
        'support_tickets' as source_table,
        'created_date' as date_column,
        cast(created_date as date) as date,
        null as user_type,
        false as is_before_acquisition
    from support_tickets
    union all
    select
        'support_tickets' as source_table,
        'closed_date' as date_column,
        cast(closed_date as date) as date,
        null as user_type,
        false as is_before_acquisition
    from support_tickets

)

select
    source_table,
    date_column,
    date,
    user_type,
    count(*) as num_rows,
    count(case when is_before_acquisition then 1 end) as num_before_acquisition
from source_dates
where date is not null
group by source_table, date_column, date, user_type
