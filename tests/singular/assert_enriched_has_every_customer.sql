with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

enriched as (

    select * from {{ ref('customers_enriched') }}

)

select
    customers.customer_id,
    enriched.last_metrics_date
from customers
cross join as_of
left join enriched on customers.customer_id = enriched.customer_id
where
    enriched.customer_id is null
    or coalesce(enriched.last_metrics_date <> as_of.as_of_date, customers.acquisition_date <= as_of.as_of_date)
