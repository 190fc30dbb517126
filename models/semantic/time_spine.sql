{{ config(materialized='view') }}

with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

span as (

    select
        (select min(customers.acquisition_date) from customers) as first_day,
        as_of.as_of_date as last_day
    from as_of

),

days as (

    {{ date_spine(relation='span', first_day='first_day', last_day='last_day', columns=['last_day']) | indent }}

)

select date
from days
