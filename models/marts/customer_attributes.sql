{{ config(materialized='view') }}

{%- set quoted_names = [] %}
{%- for name in customer_attributes() %}
    {%- do quoted_names.append(adapter.quote(name)) %}
{%- endfor %}

with base_customers as (

    select * from {{ ref('base_customers') }}

)

select {{ (['customer_id'] + quoted_names) | join(', ') }}
from base_customers
where rejection_reason is null
