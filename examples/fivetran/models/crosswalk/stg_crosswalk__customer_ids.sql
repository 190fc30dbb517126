with source as (

    select * from {{ source('crosswalk', 'customer_ids') }}

)

select distinct
    lower(system) || ':' || cast(source_id as {{ dbt.type_string() }}) as source_key,
    cast(customer_id as {{ dbt.type_string() }}) as customer_id
from source
