-- Who pays but does not log in? No login for 30 days or more, by ARR. The score cannot show it: nothing falls any more.
select
    customer_id,
    region,
    industry,
    total_arr,
    silent_for,
    days_since_last_activity,
    days_since_acquisition,
    num_logins_prev_3m,
    open_tickets,
    customer_risk_score,
    expected_lost_arr
from {{ ref('customer_list') }}
where is_silent_30
order by total_arr desc, customer_id asc
