-- customer_daily_metrics the way it is usually written: customers × days, joined to each source by range conditions.
-- Percentages are rounded in floating point. Reads the staging tables of a built file.
with as_of as (

    select * from main_intermediate.int_as_of_date

),

customer_days as (

    select
        customers.customer_id,
        cast(unnest(generate_series(customers.acquisition_date, as_of.as_of_date, interval 1 day)) as date) as date
    from main_staging.stg_customers as customers
    cross join as_of

),

subscriptions_now as (

    select
        customer_days.customer_id,
        customer_days.date,
        count(distinct subscriptions.product_id) as num_products,
        coalesce(sum(subscriptions.arr), 0) as total_arr
    from customer_days
    left join main_staging.stg_subscriptions as subscriptions
        on
            customer_days.customer_id = subscriptions.customer_id
            and customer_days.date >= subscriptions.start_date
            and (subscriptions.end_date is null or customer_days.date <= subscriptions.end_date)
    group by customer_days.customer_id, customer_days.date

),

subscriptions_before as (

    select
        customer_days.customer_id,
        customer_days.date,
        count(distinct subscriptions.product_id) as num_products,
        coalesce(sum(subscriptions.arr), 0) as total_arr
    from customer_days
    left join main_staging.stg_subscriptions as subscriptions
        on
            customer_days.customer_id = subscriptions.customer_id
            and customer_days.date - 90 >= subscriptions.start_date
            and (subscriptions.end_date is null or customer_days.date - 90 <= subscriptions.end_date)
    group by customer_days.customer_id, customer_days.date

),

logins as (

    select
        *,
        cast(login_timestamp as date) as login_date
    from main_staging.stg_login_events

),

logins_today as (

    select
        customer_id,
        login_date as date,
        count(*) as num_logins,
        count(distinct user_id) as num_unique_users,
        count(*) filter (where user_type = 'admin') as admin_logins,
        count(distinct user_id) filter (where user_type = 'admin') as admin_unique_users,
        count(*) filter (where user_type = 'advanced') as advanced_logins,
        count(distinct user_id) filter (where user_type = 'advanced') as advanced_unique_users,
        count(*) filter (where user_type = 'standard') as standard_logins,
        count(distinct user_id) filter (where user_type = 'standard') as standard_unique_users
    from logins
    group by customer_id, login_date

),

logins_in_windows as (

    select
        customer_days.customer_id,
        customer_days.date,
        count(logins.user_id) filter (where logins.login_date > customer_days.date - 90) as num_logins_last_3m,
        count(distinct logins.user_id) filter (where logins.login_date > customer_days.date - 90) as num_unique_users_last_3m,
        count(logins.user_id) filter (where logins.login_date <= customer_days.date - 90) as num_logins_prev_3m,
        count(distinct logins.user_id) filter (where logins.login_date <= customer_days.date - 90) as num_unique_users_prev_3m
    from customer_days
    left join logins
        on
            customer_days.customer_id = logins.customer_id
            and logins.login_date between customer_days.date - 179 and customer_days.date
    group by customer_days.customer_id, customer_days.date

),

tickets as (

    select
        *,
        cast(created_date as date) as created_day,
        case when status = 'closed' then cast(closed_date as date) end as resolved_day
    from main_staging.stg_support_tickets

),

tickets_to_date as (

    select
        customer_days.customer_id,
        customer_days.date,
        tickets.ticket_category,
        tickets.created_day,
        tickets.resolved_day,
        tickets.ticket_id,
        tickets.resolved_day is null or tickets.resolved_day > customer_days.date as is_open
    from customer_days
    left join tickets
        on customer_days.customer_id = tickets.customer_id and tickets.created_day <= customer_days.date

),

ticket_counts as (

    select
        customer_id,
        date,
        count(ticket_id) as total_tickets_to_date,
        count(ticket_id) filter (where is_open) as open_tickets,
        count(ticket_id) filter (where is_open and ticket_category = 'bug') as open_bug_tickets,
        count(ticket_id) filter (where is_open and ticket_category = 'incident') as open_incident_tickets,
        count(ticket_id) filter (where is_open and ticket_category = 'question') as open_question_tickets,
        count(ticket_id) filter (where is_open and ticket_category = 'feature request') as open_feature_request_tickets,
        count(ticket_id) filter (where is_open and date - created_day >= 14) as tickets_open_14plus_days,
        avg(resolved_day - created_day) filter (where not is_open) as avg_days_to_resolution
    from tickets_to_date
    group by customer_id, date

),

metrics as (

    select
        md5(customer_days.customer_id || '-' || customer_days.date) as record_key,
        customer_days.customer_id,
        customer_days.date,
        subscriptions_now.num_products,
        subscriptions_now.total_arr,
        round(subscriptions_now.total_arr / 12, 2) as total_mrr,
        round(
            100.0 * (subscriptions_now.num_products - subscriptions_before.num_products)
            / nullif(subscriptions_before.num_products, 0), 2
        ) as pct_change_products_90d,
        round(
            100.0 * (subscriptions_now.total_arr - subscriptions_before.total_arr)
            / nullif(subscriptions_before.total_arr, 0), 2
        ) as pct_change_arr_90d,
        pct_change_arr_90d as pct_change_mrr_90d,
        coalesce(logins_today.num_logins, 0) as num_logins,
        coalesce(logins_today.num_unique_users, 0) as num_unique_users,
        coalesce(logins_today.admin_logins, 0) as admin_logins,
        coalesce(logins_today.admin_unique_users, 0) as admin_unique_users,
        coalesce(logins_today.advanced_logins, 0) as advanced_logins,
        coalesce(logins_today.advanced_unique_users, 0) as advanced_unique_users,
        coalesce(logins_today.standard_logins, 0) as standard_logins,
        coalesce(logins_today.standard_unique_users, 0) as standard_unique_users,
        logins_in_windows.num_logins_last_3m,
        logins_in_windows.num_unique_users_last_3m,
        logins_in_windows.num_logins_prev_3m,
        logins_in_windows.num_unique_users_prev_3m,
        round(
            100.0 * (logins_in_windows.num_logins_last_3m - logins_in_windows.num_logins_prev_3m)
            / nullif(logins_in_windows.num_logins_prev_3m, 0), 2
        ) as pct_change_logins_3m,
        round(
            100.0 * (logins_in_windows.num_unique_users_last_3m - logins_in_windows.num_unique_users_prev_3m)
            / nullif(logins_in_windows.num_unique_users_prev_3m, 0), 2
        ) as pct_change_unique_users_3m,
        ticket_counts.total_tickets_to_date,
        ticket_counts.open_tickets,
        ticket_counts.open_bug_tickets,
        ticket_counts.open_incident_tickets,
        ticket_counts.open_question_tickets,
        ticket_counts.open_feature_request_tickets,
        ticket_counts.tickets_open_14plus_days,
        round(ticket_counts.avg_days_to_resolution, 2) as avg_days_to_resolution,
        coalesce(pct_change_logins_3m < 0, false) as is_logins_declining,
        coalesce(pct_change_unique_users_3m < 0, false) as is_unique_users_declining,
        ticket_counts.tickets_open_14plus_days > 3 as has_high_aging_tickets
    from customer_days
    inner join subscriptions_now using (customer_id, date)
    inner join subscriptions_before using (customer_id, date)
    left join logins_today using (customer_id, date)
    inner join logins_in_windows using (customer_id, date)
    inner join ticket_counts using (customer_id, date)

),

raw_scores as (

    select
        *,
        round(
            -greatest(-100, least(100, coalesce(pct_change_products_90d, 0)))
            - greatest(-100, least(100, coalesce(pct_change_arr_90d, 0)))
            - greatest(-100, least(100, coalesce(pct_change_logins_3m, 0)))
            - greatest(-100, least(100, coalesce(pct_change_unique_users_3m, 0)))
            + least(
                100,
                coalesce(
                    100.0 * (open_bug_tickets + open_incident_tickets + tickets_open_14plus_days) / nullif(open_tickets, 0), 0
                )
            ), 2
        ) as customer_risk_score_raw
    from metrics

)

select
    *,
    coalesce(
        round(
            100.0 * (customer_risk_score_raw - min(customer_risk_score_raw) over (partition by date))
            / nullif(
                max(customer_risk_score_raw) over (partition by date) - min(customer_risk_score_raw) over (partition by date), 0
            ), 2
        ), 50
    ) as customer_risk_score
from raw_scores
