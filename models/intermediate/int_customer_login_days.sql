{{ config(materialized='table') }}

with user_login_days as (

    select * from {{ ref('int_user_login_days') }}

)

select
    customer_id,
    date,
    sum(num_logins) as num_logins,
    count(*) as num_unique_users,
    sum(admin_logins) as admin_logins,
    count(case when admin_logins > 0 then 1 end) as admin_unique_users,
    sum(advanced_logins) as advanced_logins,
    count(case when advanced_logins > 0 then 1 end) as advanced_unique_users,
    sum(standard_logins) as standard_logins,
    count(case when standard_logins > 0 then 1 end) as standard_unique_users
from user_login_days
group by customer_id, date
