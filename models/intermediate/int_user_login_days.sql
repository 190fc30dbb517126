with login_events as (

    select * from {{ ref('stg_login_events') }}

),

-- older logins have left both windows before the first day to build
logins_in_windows as (

    select {{ repartition_hint('customer_id') }}*
    from login_events
    where
        login_timestamp >= coalesce(
            {{ add_days(first_day_to_build('customer_daily_metrics'), 1 - 2 * window_days()) }},
            cast('0001-01-01' as date)
        )

)

select
    customer_id,
    user_id,
    cast(login_timestamp as date) as date,
    cast(count(*) as int) as num_logins,
    cast(count(case when user_type = 'admin' then 1 end) as int) as admin_logins,
    cast(count(case when user_type = 'advanced' then 1 end) as int) as advanced_logins,
    cast(count(case when user_type = 'standard' then 1 end) as int) as standard_logins
from logins_in_windows
group by customer_id, user_id, cast(login_timestamp as date)
