-- exclude hourly logins of monitoring
with login_events as (

    select * from {{ ref('login_events') }}

)

select
    user_id,
    customer_id,
    user_type,
    occurred_at
from login_events
where user_id <> 'monitor'
