{{ config(materialized='view') }}

{%- set values = [
    'total_arr',
    'num_products',
    'num_logins_last_3m',
    'num_unique_users_last_3m',
    'open_tickets',
    'open_bug_tickets',
    'open_incident_tickets',
    'tickets_open_14plus_days',
    'customer_risk_score_raw',
] %}
{%- set compared = {
    'products': 'num_products',
    'arr': 'total_arr',
    'logins': 'num_logins_last_3m',
    'unique_users': 'num_unique_users_last_3m',
} %}

with customers as (

    select * from {{ ref('customers_enriched') }}

),

last_day_built as (

    select
        max(last_metrics_date) as date,
        {{ add_days('max(last_metrics_date)', -7) }} as a_week_before
    from customers

),

-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE.
before as (

    select daily_metrics.*
    from {{ ref('customer_daily_metrics') }} as daily_metrics
    inner join last_day_built on daily_metrics.date = last_day_built.a_week_before

),

now_drivers as (

    select risk_drivers.*
    from {{ ref('customer_risk_drivers') }} as risk_drivers
    inner join last_day_built on risk_drivers.date = last_day_built.date

),

before_drivers as (

    select risk_drivers.*
    from {{ ref('customer_risk_drivers') }} as risk_drivers
    inner join last_day_built on risk_drivers.date = last_day_built.a_week_before

),

-- the raw score, because the score moves with the other customers of the day
weeks as (

    select
        customers.customer_id,
        customers.region,
        customers.industry,
        customers.customer_risk_score,
        {%- for value in values %}
        customers.{{ value }},
        before.{{ value }} as {{ value }}_a_week_ago,
        {%- endfor %}
        {%- for driver in compared.keys() | list + ['critical_tickets'] %}
        now_drivers.{{ driver }}_driver - before_drivers.{{ driver }}_driver as {{ driver }}_driver_change,
        {%- endfor %}
        customers.customer_risk_score_raw - before.customer_risk_score_raw as raw_score_change,
        cast(sign(customers.customer_risk_score_raw - before.customer_risk_score_raw) as int) as direction
    from customers
    inner join before on customers.customer_id = before.customer_id
    inner join now_drivers on customers.customer_id = now_drivers.customer_id
    inner join before_drivers on customers.customer_id = before_drivers.customer_id
    where customers.total_arr > 0

),

-- A component that moves with the risk is a real change if its value is another one than a week ago, on the side that
-- explains it. Otherwise only the value of 90 days ago has changed: an effect of the window. Tickets compare with nothing.
parts as (

    select
        *,
        greatest(direction * critical_tickets_driver_change, 0)
        {%- for driver, value in compared.items() %}
        + case
            when direction * ({{ value }} - {{ value }}_a_week_ago) < 0
                then greatest(direction * {{ driver }}_driver_change, 0)
            else 0
        end
        {%- endfor %} as real_part,
        greatest(direction * critical_tickets_driver_change, 0)
        {%- for driver in compared %}
        + greatest(direction * {{ driver }}_driver_change, 0)
        {%- endfor %} as all_parts
    from weeks

)

select
    customer_id,
    region,
    industry,
    total_arr,
    total_arr_a_week_ago,
    num_products,
    num_products_a_week_ago,
    num_logins_last_3m,
    num_logins_last_3m_a_week_ago,
    num_unique_users_last_3m,
    num_unique_users_last_3m_a_week_ago,
    open_tickets,
    open_tickets_a_week_ago,
    open_bug_tickets,
    open_bug_tickets_a_week_ago,
    open_incident_tickets,
    open_incident_tickets_a_week_ago,
    tickets_open_14plus_days,
    tickets_open_14plus_days_a_week_ago,
    customer_risk_score,
    customer_risk_score_raw,
    customer_risk_score_raw_a_week_ago,
    cast(raw_score_change as decimal(18, 2)) as raw_score_change,
    cast(products_driver_change as decimal(18, 2)) as products_driver_change,
    cast(arr_driver_change as decimal(18, 2)) as arr_driver_change,
    cast(logins_driver_change as decimal(18, 2)) as logins_driver_change,
    cast(unique_users_driver_change as decimal(18, 2)) as unique_users_driver_change,
    cast(critical_tickets_driver_change as decimal(18, 2)) as critical_tickets_driver_change,
    cast(direction * real_part as decimal(18, 2)) as real_change,
    cast(direction * (all_parts - real_part) as decimal(18, 2)) as window_change,
    case
        when real_part > 0 then 'real change'
        when direction <> 0 then 'effect of the window'
    end as change_is
from parts
