{{ config(materialized='view') }}

with support_tickets as (

    select * from {{ ref('stg_support_tickets') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

tickets_by_day as (

    select
        ticket_id,
        customer_id,
        ticket_category,
        created_date,
        cast(created_date as date) as created_day,
        {{ resolved_day('status', 'closed_date') }} as resolved_day
    from support_tickets

),

-- open as in customer_daily_metrics on its last day
open_on_the_last_day as (

    select
        tickets_by_day.ticket_id,
        tickets_by_day.customer_id,
        tickets_by_day.ticket_category,
        tickets_by_day.created_date,
        {{ days_between('tickets_by_day.created_day', 'customers.last_metrics_date') }} as days_open
    from tickets_by_day
    inner join customers on tickets_by_day.customer_id = customers.customer_id
    where
        tickets_by_day.created_day <= customers.last_metrics_date
        and (tickets_by_day.resolved_day is null or tickets_by_day.resolved_day > customers.last_metrics_date)

)

select
    ticket_id,
    customer_id,
    ticket_category,
    created_date,
    cast(days_open as integer) as days_open,
    case
        when days_open < 7 then 'less than 7 days'
        when days_open < 14 then '7 to 13 days'
        when days_open < 30 then '14 to 29 days'
        when days_open < 90 then '30 to 89 days'
        else '90 days or more'
    end as age_group
from open_on_the_last_day
