{{ config(materialized='view') }}

with decided as (

    select * from {{ ref('base_customers') }}

)

select
    customer_id
    {%- for name in customer_attributes() %},
    {{ adapter.quote(name) }}
    {%- endfor %}
from decided
where rejection_reason is null
