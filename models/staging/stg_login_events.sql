with base_login_events as (

    select * from {{ ref('base_login_events') }}

)

select
    user_id,
    customer_id,
    user_type,
    login_timestamp
from base_login_events
where rejection_reason is null
