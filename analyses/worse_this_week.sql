-- Whose risk rose most within the last seven days, and what happened? Only paying customers. Real changes come before
-- effects of the comparison window.
select
    customer_id,
    change_is as what,
    total_arr_a_week_ago as arr_a_week_ago,
    total_arr as arr,
    num_products_a_week_ago as products_a_week_ago,
    num_products as products,
    num_logins_last_3m_a_week_ago as logins_a_week_ago,
    num_logins_last_3m as logins,
    num_unique_users_last_3m_a_week_ago as unique_users_a_week_ago,
    num_unique_users_last_3m as unique_users,
    open_tickets_a_week_ago,
    open_tickets,
    open_bug_tickets_a_week_ago as open_bugs_a_week_ago,
    open_bug_tickets as open_bugs,
    open_incident_tickets_a_week_ago as open_incidents_a_week_ago,
    open_incident_tickets as open_incidents,
    tickets_open_14plus_days_a_week_ago as aging_tickets_a_week_ago,
    tickets_open_14plus_days as aging_tickets,
    raw_score_change as change,
    real_change,
    window_change
from {{ ref('customer_week') }}
where raw_score_change > 0
order by real_change desc, raw_score_change desc, customer_id asc
