{%- set help_desk = chosen('help_desk', ['zendesk', 'hubspot']) -%}
with tickets as (

    select * from {{ ref('int_zendesk__tickets' if help_desk == 'zendesk' else 'int_hubspot__tickets') }}

),

customer_ids as (

    select * from {{ ref('stg_crosswalk__customer_ids') }}

),

-- an id without a match is kept, and rejected as unknown_customer
matched as (

    select
        tickets.*,
        coalesce(customer_ids.customer_id, tickets.source_key) as customer_id
    from tickets
    left join customer_ids on tickets.source_key = customer_ids.source_key

)

select
    ticket_id,
    customer_id,
    status,
    created_at as created_date,
    ticket_category,
    closed_at as closed_date,
    updated_at,
    source_key
from matched
