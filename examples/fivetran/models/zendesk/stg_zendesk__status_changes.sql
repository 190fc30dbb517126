with source as (

    select * from {{ source('zendesk', 'ticket_field_history') }}

)

select
    ticket_id,
    updated as changed_at,
    lower(value) in ('solved', 'closed') as is_solved
from source
where field_name = 'status'
