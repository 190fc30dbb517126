-- Who left within the last 90 days, and with how much ARR?
select
    customer_id,
    region,
    industry,
    last_day_with_arr,
    days_since_arr as days_since,
    lost_arr,
    score_then,
    open_tickets
from {{ ref('customer_list') }}
where has_left_recently
order by lost_arr desc, customer_id asc
