with source as (

    select * from {{ source('hubspot', 'ticket') }}

)

select
    id as ticket_id,
    property_hs_pipeline_stage as stage_id,
    coalesce(_fivetran_deleted, false) as is_deleted,
    property_hs_ticket_category as category,
    property_createdate as created_at,
    property_closed_date as closed_at,
    property_hs_lastmodifieddate as updated_at
from source
