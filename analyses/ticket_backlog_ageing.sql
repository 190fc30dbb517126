-- How old are the open tickets, and of what kind?
with open_support_tickets as (

    select * from {{ ref('open_support_tickets') }}

),

by_age as (

    select
        *,
        case
            when days_open < 7 then 'less than 7 days'
            when days_open < 14 then '7 to 13 days'
            when days_open < 30 then '14 to 29 days'
            when days_open < 90 then '30 to 89 days'
            else '90 days or more'
        end as age_group
    from open_support_tickets

)

select
    age_group,
    count(*) as open_tickets,
    count(distinct customer_id) as customers,
    count(case when ticket_category = 'bug' then 1 end) as open_bug_tickets,
    count(case when ticket_category = 'incident' then 1 end) as open_incident_tickets,
    count(case when ticket_category = 'question' then 1 end) as open_question_tickets,
    count(case when ticket_category = 'feature request' then 1 end) as open_feature_request_tickets,
    max(days_open) as oldest_in_days
from by_age
group by age_group
order by max(days_open)
