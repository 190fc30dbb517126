-- How old are the open tickets, and of what kind?
select
    age_group,
    count(*) as open_tickets,
    count(distinct customer_id) as customers,
    count(*) filter (where ticket_category = 'bug') as open_bug_tickets,
    count(*) filter (where ticket_category = 'incident') as open_incident_tickets,
    count(*) filter (where ticket_category = 'question') as open_question_tickets,
    count(*) filter (where ticket_category = 'feature request') as open_feature_request_tickets,
    max(days_open) as oldest_in_days
from {{ ref('open_support_tickets') }}
group by age_group
order by max(days_open)
