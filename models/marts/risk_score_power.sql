{{ config(materialized='view') }}

{%- set measured = [
    'customer_risk_score_raw',
    'products_driver',
    'arr_driver',
    'logins_driver',
    'unique_users_driver',
    'critical_tickets_driver',
] %}
{%- set guesses = ['no_login_in_90_days', 'arr_fell', 'days_since_last_login'] %}

with outcomes as (

    select * from {{ ref('risk_score_outcomes') }}

),

-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE.
month_ends as (

    select date
    from {{ ref('time_spine') }}
    where date = last_day(date)

),

customers as (

    select
        customer_id,
        date,
        num_logins_last_3m,
        pct_change_arr_90d
    from {{ ref('customer_daily_metrics') }}
    where date in (select month_ends.date from month_ends)

),

last_logins as (

    select
        customer_id,
        last_day(date) as month_end,
        max(date) as last_login_date
    from {{ ref('customer_daily_metrics') }}
    where num_logins > 0
    group by customer_id, last_day(date)

),

-- simple rivals of the score; customers have every month end, so no login is missed
rivals as (

    select
        customers.customer_id,
        customers.date,
        case when customers.num_logins_last_3m = 0 then 1 else 0 end as no_login_in_90_days,
        case when customers.pct_change_arr_90d < 0 then 1 else 0 end as arr_fell,
        max(last_logins.last_login_date) over (
            partition by customers.customer_id order by customers.date
        ) as last_login_date
    from customers
    left join last_logins
        on customers.customer_id = last_logins.customer_id and customers.date = last_logins.month_end

),

-- larger means riskier; a customer that never logged in is the longest away
predictors as (

    select
        cast({{ dbt.date_trunc('month', 'outcomes.date') }} as date) as month,
        case when outcomes.has_churned then 1 else 0 end as churned,
        {%- for predictor in measured %}
        outcomes.{{ predictor }},
        {%- endfor %}
        rivals.no_login_in_90_days,
        rivals.arr_fell,
        coalesce({{ days_between('rivals.last_login_date', 'outcomes.date') }}, 9999999) as days_since_last_login
    from outcomes
    inner join rivals on outcomes.customer_id = rivals.customer_id and outcomes.date = rivals.date

),

predictions as (

    {% for predictor in measured + guesses -%}
    select
        month,
        '{{ predictor }}' as predictor,
        cast({{ predictor }} as decimal(18, 2)) as value,
        count(*) as num_outcomes,
        sum(churned) as num_churned
    from predictors
    group by month, {{ predictor }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

-- each month, and all together
value_counts as (

    select
        month,
        predictor,
        value,
        cast(sum(num_outcomes) as bigint) as num_outcomes,
        cast(sum(num_churned) as bigint) as num_churned
    from predictions
    group by grouping sets ((month, predictor, value), (predictor, value))  -- noqa: PRS

),

-- pairs won: 1 for a customer that stayed with a lower value, 1/2 for one with the same
ranked as (

    select
        *,
        num_outcomes - num_churned as num_stayed,
        sum(num_outcomes - num_churned) over (partition by month, predictor order by value) as num_stayed_up_to_it
    from value_counts

),

pairs as (

    select
        month,
        predictor,
        sum(num_outcomes) as num_outcomes,
        sum(num_churned) as num_churned,
        sum(num_stayed) as num_stayed,
        sum(num_churned * (2 * num_stayed_up_to_it - num_stayed)) as half_pairs_in_order
    from ranked
    group by month, predictor

)

select
    month,
    predictor,
    cast(num_outcomes as int) as num_outcomes,
    cast(num_churned as int) as num_churned,
    cast({{ rounded_rate('half_pairs_in_order', '(2 * num_churned * num_stayed)') | indent }} as decimal(9, 6)) as auc
from pairs
