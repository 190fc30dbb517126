with tickets as (

    select * from {{ ref('stg_hubspot__tickets') }}

),

companies as (

    select * from {{ ref('stg_hubspot__ticket_companies') }}

),

stages as (

    select * from {{ ref('stg_hubspot__ticket_stages') }}

),

translated as (

    select
        tickets.ticket_id,
        companies.source_key,
        tickets.created_at,
        tickets.closed_at,
        tickets.updated_at,
        case
            when tickets.is_deleted then 'deleted'
            when stages.is_closed then 'closed'
            else 'open'
        end as status,
        case tickets.category
            when 'PRODUCT_ISSUE' then 'bug'
            when 'INCIDENT' then 'incident'
            when 'GENERAL_INQUIRY' then 'question'
            when 'BILLING_ISSUE' then 'question'
            when 'FEATURE_REQUEST' then 'feature request'
            else lower(tickets.category)
        end as ticket_category
    from tickets
    left join companies on tickets.ticket_id = companies.ticket_id
    left join stages on tickets.stage_id = stages.stage_id

)

select
    ticket_id,
    source_key,
    status,
    created_at,
    ticket_category,
    case when status = 'closed' then coalesce(closed_at, updated_at) end as closed_at,
    updated_at
from translated
