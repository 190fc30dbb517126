{{ config(materialized='incremental_exact_days', event_time='date') }}

-- day: when a row starts to affect a metric
{% call exact_days() %}
{{ watch('customers', ref('stg_customers'), day='acquisition_date', without=['region', 'industry']) }}
{{ watch('subscriptions', ref('int_subscription_changes'), day='date') }}
{{ watch('login_events', ref('stg_login_events'), day='login_timestamp') }}
{{ watch('support_tickets', ref('int_ticket_changes'), day='date') }}
{{ watch('as_of_date', ref('int_as_of_date'), day='as_of_date', is_last_day=true) }}
{% endcall %}

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}

),

-- changes from -100 to 100 percent, in whole hundredths
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
    from metric_periods

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

-- one row for each customer and day
customer_days as (

    {{ date_spine(relation='raw_scores', first_day='valid_from', last_day='valid_to', columns=['*']) }}

),

score_ranges as (

    {{ range_per_group('customer_days', column='customer_risk_score_raw', group_by='date') }}

),

-- position between the lowest and the highest raw score of the day, in whole hundredths
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
    case when date = valid_from then num_logins else 0 end as num_logins,
    case when date = valid_from then num_unique_users else 0 end as num_unique_users,
    case when date = valid_from then admin_logins else 0 end as admin_logins,
    case when date = valid_from then admin_unique_users else 0 end as admin_unique_users,
    case when date = valid_from then advanced_logins else 0 end as advanced_logins,
    case when date = valid_from then advanced_unique_users else 0 end as advanced_unique_users,
    case when date = valid_from then standard_logins else 0 end as standard_logins,
    case when date = valid_from then standard_unique_users else 0 end as standard_unique_users,
    cast(num_logins_last_3m as int) as num_logins_last_3m,
    cast(num_unique_users_last_3m as int) as num_unique_users_last_3m,
    cast(num_logins_prev_3m as int) as num_logins_prev_3m,
    cast(num_unique_users_prev_3m as int) as num_unique_users_prev_3m,
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
    coalesce(pct_change_logins_3m < 0, false) as is_logins_declining,
    coalesce(pct_change_unique_users_3m < 0, false) as is_unique_users_declining,
    tickets_open_14plus_days > {{ setting('high_aging_ticket_threshold') }} as has_high_aging_tickets,
    customer_risk_score_raw,
    {{ risk_score('above_lowest', 'spread') }} as customer_risk_score
from placed
