with source as (

    select * from {{ source('hubspot', 'company') }}

),

became_customers as (

    select *
    from source
    where
        property_hs_lifecyclestage_customer_date is not null
        and not coalesce(is_deleted, false)

)

select
    'hubspot:' || cast(id as {{ dbt.type_string() }}) as source_key,
    cast(property_hs_lifecyclestage_customer_date as date) as acquisition_date,
    property_region as region,
    property_industry as industry
from became_customers
