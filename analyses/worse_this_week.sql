-- Whose risk rose most within the last seven days, and what happened? Only paying customers. Real changes come before
-- effects of the comparison window.
{%- set values = {
    'arr': 'total_arr',
    'products': 'num_products',
    'logins': 'num_logins_last_3m',
    'unique_users': 'num_unique_users_last_3m',
    'open_tickets': 'open_tickets',
    'open_bugs': 'open_bug_tickets',
    'open_incidents': 'open_incident_tickets',
    'aging_tickets': 'tickets_open_14plus_days',
} %}
{%- set compared = ['products', 'arr', 'logins', 'unique_users'] %}

with customers as (

    select * from {{ ref('customers_enriched') }}

),

daily_metrics as (

    select * from {{ ref('customer_daily_metrics') }}

),

risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}

),

-- the raw score, because the score moves with the other customers of the day
weeks as (

    select
        customers.customer_id,
        {%- for name, column in values.items() %}
        before.{{ column }} as {{ name }}_a_week_ago,
        customers.{{ column }}{{ ' as ' ~ name if name != column }},
        {%- endfor %}
        {%- for name in compared + ['critical_tickets'] %}
        now_drivers.{{ name }}_driver - before_drivers.{{ name }}_driver as {{ name }}_change,
        {%- endfor %}
        customers.customer_risk_score_raw - before.customer_risk_score_raw as change
    from customers
    inner join daily_metrics as before
        on
            customers.customer_id = before.customer_id
            and before.date = {{ add_days('customers.last_metrics_date', -7) }}
    inner join risk_drivers as now_drivers
        on
            customers.customer_id = now_drivers.customer_id
            and customers.last_metrics_date = now_drivers.date
    inner join risk_drivers as before_drivers
        on
            before.customer_id = before_drivers.customer_id
            and before.date = before_drivers.date
    where customers.total_arr > 0

),

-- a component that rose only because the value of 90 days ago is another one is an effect of the window
parts as (

    select
        *,
        greatest(critical_tickets_change, 0)
        {%- for name in compared %}
        + case when {{ name }} < {{ name }}_a_week_ago then greatest({{ name }}_change, 0) else 0 end
        {%- endfor %} as real_change,
        cast(0 as decimal(18, 2))
        {%- for name in compared %}
        + case when {{ name }} < {{ name }}_a_week_ago then 0 else greatest({{ name }}_change, 0) end
        {%- endfor %} as window_change
    from weeks

)

select
    customer_id,
    case when real_change > 0 then 'real change' else 'effect of the window' end as what,
    {%- for name in values %}
    {{ name }}_a_week_ago,
    {{ name }},
    {%- endfor %}
    change,
    real_change,
    window_change
from parts
where change > 0
order by
    case when real_change > 0 then 0 else 1 end asc,
    real_change desc,
    change desc,
    customer_id asc
