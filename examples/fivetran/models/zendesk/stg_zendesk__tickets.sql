with source as (

    select * from {{ source('zendesk', 'ticket') }}

)

select
    id as ticket_id,
    'zendesk:' || cast(organization_id as {{ dbt.type_string() }}) as source_key,
    case when _fivetran_deleted then 'deleted' else lower(status) end as status,
    lower(type) as type,
    created_at,
    updated_at
from source
