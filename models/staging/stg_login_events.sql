with decided as (

    select * from {{ ref('base_login_events') }}

)

select
    user_id,
    customer_id,
    user_type,
    login_timestamp
from decided
where rejection_reason is null
