{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook='{{ take_fingerprints() }}',
    post_hook='{{ store_fingerprints() }}',
    **changed_days_config()
) }}

with account_periods as (

    select * from {{ ref('int_account_periods') }}

),

login_changes as (

    select * from {{ ref('int_login_changes') }}

),

-- one row for each customer and day
customer_days as (

    {{ date_spine(
        relation='account_periods',
        first_day='valid_from',
        last_day='valid_to',
        columns=['customer_id', 'valid_from'],
    ) }}

),

daily_changes as (

    select
        customer_days.customer_id,
        customer_days.date,
        customer_days.valid_from,
        coalesce(login_changes.num_logins_last_3m, 0) as num_logins_last_3m,
        coalesce(login_changes.num_unique_users_last_3m, 0) as num_unique_users_last_3m,
        coalesce(login_changes.num_logins_prev_3m, 0) as num_logins_prev_3m,
        coalesce(login_changes.num_unique_users_prev_3m, 0) as num_unique_users_prev_3m
    from customer_days
    left join login_changes
        on customer_days.customer_id = login_changes.customer_id and customer_days.date = login_changes.date

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
        {{ percent_change('num_logins_last_3m', 'num_logins_prev_3m') | indent }} as pct_change_logins_3m,
        {{ percent_change('num_unique_users_last_3m', 'num_unique_users_prev_3m') | indent }} as pct_change_unique_users_3m
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
        cast(coalesce(login_changes.{{ column }}, 0) as int) as {{ column }},
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
        account_periods.tickets_open_14plus_days > {{ var('high_aging_ticket_threshold') }} as has_high_aging_tickets
    from login_trends
    inner join account_periods
        on
            login_trends.customer_id = account_periods.customer_id
            and login_trends.valid_from = account_periods.valid_from
    left join login_changes
        on login_trends.customer_id = login_changes.customer_id and login_trends.date = login_changes.date

),

-- changes in whole hundredths of a percent, between -100 and 100 percent
risk_components as (

    select
        *,
        {{ bounded_hundredths('pct_change_products_90d') }} as products_change,
        {{ bounded_hundredths('pct_change_arr_90d') }} as arr_change,
        {{ bounded_hundredths('pct_change_logins_3m') }} as logins_change,
        {{ bounded_hundredths('pct_change_unique_users_3m') }} as unique_users_change,
        cast(
            least(open_bug_tickets + open_incident_tickets + tickets_open_14plus_days, open_tickets) as bigint
        ) as critical_tickets
    from metrics

),

raw_scores as (

    select
        *,
        {{ risk_score_raw(
            products='products_change',
            arr='arr_change',
            logins='logins_change',
            unique_users='unique_users_change',
            critical_tickets='critical_tickets',
            open_tickets='open_tickets',
        ) | indent }} as customer_risk_score_raw
    from risk_components

),

score_ranges as (

    select
        *,
        min(customer_risk_score_raw) over (partition by date) as lowest,
        max(customer_risk_score_raw) over (partition by date) as highest
    from raw_scores

),

-- where a customer is between the calmest and the most endangered one of the day, in whole hundredths
placed as (

    select
        *,
        cast(100 * (customer_risk_score_raw - lowest) as bigint) as above_lowest,
        cast(100 * (highest - lowest) as bigint) as spread
    from score_ranges

)

select
    {{ dbt_utils.generate_surrogate_key(['customer_id', 'date']) }} as record_key,
    customer_id,
    date,
    num_products,
    total_arr,
    total_mrr,
    pct_change_products_90d,
    pct_change_arr_90d,
    pct_change_mrr_90d,
    num_logins,
    num_unique_users,
    admin_logins,
    admin_unique_users,
    advanced_logins,
    advanced_unique_users,
    standard_logins,
    standard_unique_users,
    num_logins_last_3m,
    num_unique_users_last_3m,
    num_logins_prev_3m,
    num_unique_users_prev_3m,
    pct_change_logins_3m,
    pct_change_unique_users_3m,
    total_tickets_to_date,
    open_tickets,
    open_bug_tickets,
    open_incident_tickets,
    open_question_tickets,
    open_feature_request_tickets,
    tickets_open_14plus_days,
    avg_days_to_resolution,
    is_logins_declining,
    is_unique_users_declining,
    has_high_aging_tickets,
    customer_risk_score_raw,
    {{ risk_score('above_lowest', 'spread') }} as customer_risk_score
from placed
