{%- set primary_company = 26 -%}
with source as (

    select * from {{ source('hubspot', 'ticket_company') }}

),

-- a ticket may be of several companies, of which HubSpot calls one the primary one
ranked as (

    select
        ticket_id,
        company_id,
        row_number() over (
            partition by ticket_id
            order by
                case when type_id = {{ primary_company }} then 0 else 1 end,
                company_id
        ) as company_rank
    from source

)

select
    ticket_id,
    'hubspot:' || cast(company_id as {{ dbt.type_string() }}) as source_key
from ranked
where company_rank = 1
