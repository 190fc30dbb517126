with source as (

    select * from {{ source('segment', 'logins') }}

)

select
    id as event_id,
    user_id,
    'segment:' || context_group_id as source_key,
    timestamp as login_timestamp
from source
