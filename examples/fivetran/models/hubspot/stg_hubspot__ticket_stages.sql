with source as (

    select * from {{ source('hubspot', 'ticket_pipeline_stage') }}

)

select
    stage_id,
    upper(ticket_state) = 'CLOSED' as is_closed
from source
