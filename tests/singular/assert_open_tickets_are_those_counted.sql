{% set parts = [
    'open_bug_tickets', 'open_incident_tickets', 'open_question_tickets', 'open_feature_request_tickets',
    'tickets_open_14plus_days',
] %}
with customers as (

    select * from {{ ref('customers_enriched') }}

),

open_support_tickets as (

    select * from {{ ref('open_support_tickets') }}

),

listed_tickets as (

    select
        customer_id,
        count(*) as open_tickets,
        count(case when ticket_category = 'bug' then 1 end) as open_bug_tickets,
        count(case when ticket_category = 'incident' then 1 end) as open_incident_tickets,
        count(case when ticket_category = 'question' then 1 end) as open_question_tickets,
        count(case when ticket_category = 'feature request' then 1 end) as open_feature_request_tickets,
        count(case when days_open >= 14 then 1 end) as tickets_open_14plus_days
    from open_support_tickets
    group by customer_id

)

select
    customers.customer_id,
    customers.open_tickets as counted,
    listed_tickets.open_tickets as listed
from customers
left join listed_tickets on customers.customer_id = listed_tickets.customer_id
where
    coalesce(customers.open_tickets, 0) <> coalesce(listed_tickets.open_tickets, 0)
    {%- for column in parts %}
    or coalesce(customers.{{ column }}, 0) <> coalesce(listed_tickets.{{ column }}, 0)
    {%- endfor %}
