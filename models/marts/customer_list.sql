{{ config(materialized='view') }}

{%- set left_recently = 90 %}
{%- set silent = 30 %}
{%- set long_silent = 90 %}

with customers as (

    select * from {{ ref('customers_enriched') }}

),

outlook as (

    select * from {{ ref('customer_outlook') }}

),

last_day_built as (

    select max(last_metrics_date) as date
    from customers

),

-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE.
risk_drivers as (

    select risk_drivers.*
    from {{ ref('customer_risk_drivers') }} as risk_drivers
    inner join last_day_built on risk_drivers.date = last_day_built.date

),

-- what the values of today are compared with
a_window_ago as (

    select
        daily_metrics.customer_id,
        daily_metrics.num_products,
        daily_metrics.total_arr
    from {{ ref('customer_daily_metrics') }} as daily_metrics
    inner join last_day_built on daily_metrics.date = {{ add_days('last_day_built.date', -window_days()) }}

),

paying_days_of_leavers as (

    select
        daily_metrics.customer_id,
        daily_metrics.date,
        daily_metrics.total_arr,
        daily_metrics.customer_risk_score,
        row_number() over (partition by daily_metrics.customer_id order by daily_metrics.date desc) as days_back
    from {{ ref('customer_daily_metrics') }} as daily_metrics
    inner join customers on daily_metrics.customer_id = customers.customer_id
    where
        customers.total_arr = 0
        and daily_metrics.total_arr > 0
        and daily_metrics.date >= {{ add_days('customers.last_metrics_date', -left_recently) }}

),

-- a customer that never logged in has been silent since its acquisition
people as (

    select
        *,
        coalesce(total_arr > 0, false) as is_paying,
        coalesce(days_since_last_activity, days_since_acquisition) as days_silent,
        last_metrics_date is not null and days_since_last_activity is null as has_never_logged_in
    from customers

)

select
    people.customer_id,
    people.region,
    people.industry,
    people.last_metrics_date,
    people.total_arr,
    a_window_ago.total_arr as total_arr_90d_ago,
    people.pct_change_arr_90d,
    people.num_products,
    a_window_ago.num_products as num_products_90d_ago,
    people.num_logins_last_3m,
    people.num_logins_prev_3m,
    people.pct_change_logins_3m,
    people.num_unique_users_last_3m,
    people.num_unique_users_prev_3m,
    people.open_tickets,
    people.open_bug_tickets,
    people.open_incident_tickets,
    people.tickets_open_14plus_days,
    people.customer_risk_score_raw,
    people.customer_risk_score,
    risk_drivers.risk_band,
    risk_drivers.products_driver,
    risk_drivers.arr_driver,
    risk_drivers.logins_driver,
    risk_drivers.unique_users_driver,
    risk_drivers.critical_tickets_driver,
    risk_drivers.largest_driver,
    outlook.decile,
    outlook.churn_rate,
    outlook.expected_lost_arr,
    outlook.why_unknown,
    outlook.arr_at_stake,
    outlook.at_stake_is,
    people.days_since_acquisition,
    people.days_since_last_activity,
    people.days_silent,
    people.has_never_logged_in,
    case
        when not people.is_paying or people.days_silent < {{ silent }} then null
        when people.has_never_logged_in then 'since its acquisition'
        when people.days_silent < {{ long_silent }} then '{{ silent }} to {{ long_silent - 1 }} days'
        else '{{ long_silent }} days or more'
    end as silent_for,
    leavers.date as last_day_with_arr,
    cast({{ days_between('leavers.date', 'people.last_metrics_date') }} as int) as days_since_arr,
    leavers.total_arr as lost_arr,
    leavers.customer_risk_score as score_then,
    people.is_paying,
    people.is_paying and risk_drivers.largest_driver is not null as is_to_call,
    people.is_paying and risk_drivers.risk_band = 'at_risk' as is_at_risk,
    people.is_paying and people.days_silent >= {{ silent }} as is_silent_30,
    people.is_paying and people.days_silent >= {{ long_silent }} as is_silent_90,
    leavers.customer_id is not null as has_left_recently
from people
left join outlook on people.customer_id = outlook.customer_id
left join risk_drivers on people.customer_id = risk_drivers.customer_id
left join a_window_ago on people.customer_id = a_window_ago.customer_id
left join paying_days_of_leavers as leavers
    on people.customer_id = leavers.customer_id and leavers.days_back = 1
