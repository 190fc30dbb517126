-- How old are the open tickets, and of what kind?
with support_tickets as (

    select * from {{ ref('stg_support_tickets') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

open_tickets as (

    select
        support_tickets.customer_id,
        support_tickets.ticket_category,
        {{ days_between('cast(support_tickets.created_date as date)', 'customers.last_metrics_date') }} as age
    from support_tickets
    inner join customers on support_tickets.customer_id = customers.customer_id
    where
        cast(support_tickets.created_date as date) <= customers.last_metrics_date
        and (
            support_tickets.status is distinct from 'closed'
            or support_tickets.closed_date is null
            or cast(support_tickets.closed_date as date) > customers.last_metrics_date
        )

),

by_age as (

    select
        *,
        case
            when age < 7 then 'less than 7 days'
            when age < 14 then '7 to 13 days'
            when age < 30 then '14 to 29 days'
            when age < 90 then '30 to 89 days'
            else '90 days or more'
        end as age_group
    from open_tickets

)

select
    age_group,
    count(*) as open_tickets,
    count(distinct customer_id) as customers,
    count(case when ticket_category = 'bug' then 1 end) as open_bug_tickets,
    count(case when ticket_category = 'incident' then 1 end) as open_incident_tickets,
    count(case when ticket_category = 'question' then 1 end) as open_question_tickets,
    count(case when ticket_category = 'feature request' then 1 end) as open_feature_request_tickets,
    max(age) as oldest_in_days
from by_age
group by age_group
order by max(age)
