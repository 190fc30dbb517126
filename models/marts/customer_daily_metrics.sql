with account_periods as (

    select * from {{ ref('int_account_periods') }}

),

login_days as (

    select * from {{ ref('int_customer_login_days') }}

),

login_window_changes as (

    select * from {{ ref('int_login_window_changes') }}

),

-- one row for each customer and day
customer_days as (

    {{ date_spine(
        relation='account_periods',
        first_day='valid_from',
        last_day='valid_to',
        columns=['customer_id', 'valid_from'],
    ) | indent }}

),

daily_changes as (

    select
        customer_days.customer_id,
        customer_days.date,
        customer_days.valid_from,
        coalesce(changes.num_logins_last_3m, 0) as num_logins_last_3m,
        coalesce(changes.num_unique_users_last_3m, 0) as num_unique_users_last_3m,
        coalesce(changes.num_logins_prev_3m, 0) as num_logins_prev_3m,
        coalesce(changes.num_unique_users_prev_3m, 0) as num_unique_users_prev_3m
    from customer_days
    left join login_window_changes as changes
        on customer_days.customer_id = changes.customer_id and customer_days.date = changes.date

),

login_windows as (

    select
        customer_id,
        date,
        valid_from,
        {{ running_total('num_logins_last_3m', 'customer_id', 'date') }} as num_logins_last_3m,
        {{ running_total('num_unique_users_last_3m', 'customer_id', 'date') }} as num_unique_users_last_3m,
        {{ running_total('num_logins_prev_3m', 'customer_id', 'date') }} as num_logins_prev_3m,
        {{ running_total('num_unique_users_prev_3m', 'customer_id', 'date') }} as num_unique_users_prev_3m
    from daily_changes

),

login_trends as (

    select
        *,
        {{ percent_change('num_logins_last_3m', 'num_logins_prev_3m') }} as pct_change_logins_3m,
        {{ percent_change('num_unique_users_last_3m', 'num_unique_users_prev_3m') }} as pct_change_unique_users_3m
    from login_windows

),

metrics as (

    select
        login_trends.customer_id,
        login_trends.date,
        account_periods.num_products,
        account_periods.total_arr,
        account_periods.total_mrr,
        account_periods.pct_change_products_90d,
        account_periods.pct_change_arr_90d,
        account_periods.pct_change_mrr_90d,
        {%- for column in [
            'num_logins',
            'num_unique_users',
            'admin_logins',
            'admin_unique_users',
            'advanced_logins',
            'advanced_unique_users',
            'standard_logins',
            'standard_unique_users',
        ] %}
        cast(coalesce(login_days.{{ column }}, 0) as int) as {{ column }},
        {%- endfor %}
        cast(login_trends.num_logins_last_3m as int) as num_logins_last_3m,
        cast(login_trends.num_unique_users_last_3m as int) as num_unique_users_last_3m,
        cast(login_trends.num_logins_prev_3m as int) as num_logins_prev_3m,
        cast(login_trends.num_unique_users_prev_3m as int) as num_unique_users_prev_3m,
        login_trends.pct_change_logins_3m,
        login_trends.pct_change_unique_users_3m,
        account_periods.total_tickets_to_date,
        account_periods.open_tickets,
        account_periods.open_bug_tickets,
        account_periods.open_incident_tickets,
        account_periods.open_question_tickets,
        account_periods.open_feature_request_tickets,
        account_periods.tickets_open_14plus_days,
        account_periods.avg_days_to_resolution,
        coalesce(login_trends.pct_change_logins_3m < 0, false) as is_logins_declining,
        coalesce(login_trends.pct_change_unique_users_3m < 0, false) as is_unique_users_declining,
        account_periods.tickets_open_14plus_days > {{ var('high_aging_ticket_threshold') }} as has_high_aging_tickets,
        {{ risk_score_raw(
            products='account_periods.pct_change_products_90d',
            arr='account_periods.pct_change_arr_90d',
            logins='login_trends.pct_change_logins_3m',
            unique_users='login_trends.pct_change_unique_users_3m',
            critical_tickets='account_periods.open_bug_tickets + account_periods.open_incident_tickets'
                ~ ' + account_periods.tickets_open_14plus_days',
            open_tickets='account_periods.open_tickets',
        ) | indent }} as customer_risk_score_raw
    from login_trends
    inner join account_periods
        on
            login_trends.customer_id = account_periods.customer_id
            and login_trends.valid_from = account_periods.valid_from
    left join login_days
        on login_trends.customer_id = login_days.customer_id and login_trends.date = login_days.date

),

-- the score places a customer between the calmest and the most endangered one of the same day
score_ranges as (

    select
        date,
        min(customer_risk_score_raw) as lowest,
        max(customer_risk_score_raw) as highest
    from metrics
    group by date

)

select
    {{ dbt_utils.generate_surrogate_key(['metrics.customer_id', 'metrics.date']) }} as record_key,
    metrics.customer_id,
    metrics.date,
    metrics.num_products,
    metrics.total_arr,
    metrics.total_mrr,
    metrics.pct_change_products_90d,
    metrics.pct_change_arr_90d,
    metrics.pct_change_mrr_90d,
    metrics.num_logins,
    metrics.num_unique_users,
    metrics.admin_logins,
    metrics.admin_unique_users,
    metrics.advanced_logins,
    metrics.advanced_unique_users,
    metrics.standard_logins,
    metrics.standard_unique_users,
    metrics.num_logins_last_3m,
    metrics.num_unique_users_last_3m,
    metrics.num_logins_prev_3m,
    metrics.num_unique_users_prev_3m,
    metrics.pct_change_logins_3m,
    metrics.pct_change_unique_users_3m,
    metrics.total_tickets_to_date,
    metrics.open_tickets,
    metrics.open_bug_tickets,
    metrics.open_incident_tickets,
    metrics.open_question_tickets,
    metrics.open_feature_request_tickets,
    metrics.tickets_open_14plus_days,
    metrics.avg_days_to_resolution,
    metrics.is_logins_declining,
    metrics.is_unique_users_declining,
    metrics.has_high_aging_tickets,
    metrics.customer_risk_score_raw,
    {{ risk_score(
        raw_score='metrics.customer_risk_score_raw',
        lowest='score_ranges.lowest',
        highest='score_ranges.highest',
    ) | indent }} as customer_risk_score
from metrics
inner join score_ranges on metrics.date = score_ranges.date
