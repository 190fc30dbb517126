{{ config(materialized='table') }}

with login_events as (

    select * from {{ ref('stg_login_events') }}

)

select
    customer_id,
    user_id,
    cast(login_timestamp as date) as date,
    count(*) as num_logins,
    count(case when user_type = 'admin' then 1 end) as admin_logins,
    count(case when user_type = 'advanced' then 1 end) as advanced_logins,
    count(case when user_type = 'standard' then 1 end) as standard_logins
from login_events
group by customer_id, user_id, cast(login_timestamp as date)
