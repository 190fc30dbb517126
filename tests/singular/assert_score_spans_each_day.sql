select
    date,
    min(customer_risk_score) as lowest_score,
    max(customer_risk_score) as highest_score
from {{ ref('customer_daily_metrics') }}
where date >= {{ first_untested_day(ref('customer_daily_metrics')) }}
group by date
having
    (
        min(customer_risk_score_raw) = max(customer_risk_score_raw)
        and (min(customer_risk_score) <> 50 or max(customer_risk_score) <> 50)
    )
    or (
        min(customer_risk_score_raw) < max(customer_risk_score_raw)
        and (min(customer_risk_score) <> 0 or max(customer_risk_score) <> 100)
    )
