{% set weights = customer_health.setting('risk_weights') %}
with metrics as (

    select
        record_key,
        customer_risk_score_raw,
        {%- for column in [
            'pct_change_products_90d',
            'pct_change_arr_90d',
            'pct_change_logins_3m',
            'pct_change_unique_users_3m',
        ] %}
        case
            when {{ column }} is null then 0
            when {{ column }} > 100 then 100
            else cast({{ column }} as double)
        end as {{ column }},
        {%- endfor %}
        case
            when open_tickets = 0 then 0
            when open_bug_tickets + open_incident_tickets + tickets_open_14plus_days > open_tickets then 100
            else 100.0 * (open_bug_tickets + open_incident_tickets + tickets_open_14plus_days) / open_tickets
        end as critical_share
    from {{ ref('customer_daily_metrics') }}
    where date >= {{ first_untested_day(ref('customer_daily_metrics')) }}

)

select *
from metrics
where
    abs(
        customer_risk_score_raw - (
            {{ weights.get('critical_tickets', 1) }} * critical_share
            - {{ weights.get('products', 1) }} * pct_change_products_90d
            - {{ weights.get('arr', 1) }} * pct_change_arr_90d
            - {{ weights.get('logins', 1) }} * pct_change_logins_3m
            - {{ weights.get('unique_users', 1) }} * pct_change_unique_users_3m
        )
    ) > 0.00501
