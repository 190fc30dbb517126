{%- set first_day = "coalesce(" ~ add_days(rebuild_start(), 1 - 2 * num_days('window')) ~ ", cast('0001-01-01' as date))" -%}
with login_events as (

    select * from {{ ref('stg_login_events') }}

),

-- older logins have left both windows before the first day to build; the hint makes Spark shuffle once for all that follows,
-- and the second condition, the same as the first, once for both readers if every day is built
logins_in_windows as (

    select /*+ repartition(customer_id) */ *
    from login_events
    where
        login_timestamp >= {{ first_day }}
        and cast(login_timestamp as date) >= {{ first_day }}

)

select
    customer_id,
    user_id,
    cast(login_timestamp as date) as date,
    cast(count(case when user_type = 'admin' then 1 end) as int) as admin_logins,
    cast(count(case when user_type = 'advanced' then 1 end) as int) as advanced_logins,
    cast(count(case when user_type = 'standard' then 1 end) as int) as standard_logins,
    cast(
        count(case when user_type is null or user_type not in ('admin', 'advanced', 'standard') then 1 end) as int
    ) as other_logins
from logins_in_windows
group by customer_id, user_id, cast(login_timestamp as date)
