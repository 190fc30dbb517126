with customers as (

    select * from {{ ref('stg_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE.
last_day_built as (

    select max(date) as date
    from {{ ref('customer_daily_metrics') }}

),

-- all customers' days end on the same day
latest_metrics as (

    select daily_metrics.*
    from {{ ref('customer_daily_metrics') }} as daily_metrics
    inner join last_day_built on daily_metrics.date = last_day_built.date

),

latest_activity as (

    select
        customer_id,
        max(date) as last_login_date
    from {{ ref('customer_daily_metrics') }}
    where num_logins > 0
    group by customer_id

)

select
    customers.customer_id,
    customers.acquisition_date,
    customers.region,
    customers.industry,
    latest_metrics.date as last_metrics_date,
    latest_metrics.num_products,
    latest_metrics.total_arr,
    latest_metrics.total_mrr,
    latest_metrics.pct_change_products_90d,
    latest_metrics.pct_change_arr_90d,
    latest_metrics.pct_change_mrr_90d,
    latest_metrics.num_logins,
    latest_metrics.num_unique_users,
    latest_metrics.admin_logins,
    latest_metrics.admin_unique_users,
    latest_metrics.advanced_logins,
    latest_metrics.advanced_unique_users,
    latest_metrics.standard_logins,
    latest_metrics.standard_unique_users,
    latest_metrics.num_logins_last_3m,
    latest_metrics.num_unique_users_last_3m,
    latest_metrics.num_logins_prev_3m,
    latest_metrics.num_unique_users_prev_3m,
    latest_metrics.pct_change_logins_3m,
    latest_metrics.pct_change_unique_users_3m,
    latest_metrics.total_tickets_to_date,
    latest_metrics.open_tickets,
    latest_metrics.open_bug_tickets,
    latest_metrics.open_incident_tickets,
    latest_metrics.open_question_tickets,
    latest_metrics.open_feature_request_tickets,
    latest_metrics.tickets_open_14plus_days,
    latest_metrics.avg_days_to_resolution,
    latest_metrics.is_logins_declining,
    latest_metrics.is_unique_users_declining,
    latest_metrics.has_high_aging_tickets,
    latest_metrics.customer_risk_score_raw,
    latest_metrics.customer_risk_score,
    cast(
        case
            when customers.acquisition_date <= as_of.as_of_date
                then {{ days_between('customers.acquisition_date', 'as_of.as_of_date') }}
        end as int
    ) as days_since_acquisition,
    cast({{ days_between('latest_activity.last_login_date', 'as_of.as_of_date') }} as int) as days_since_last_activity
from customers
cross join as_of
left join latest_metrics on customers.customer_id = latest_metrics.customer_id
left join latest_activity on customers.customer_id = latest_activity.customer_id
