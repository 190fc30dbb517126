-- How much ARR is at risk, and where? At risk is a customer in that band of risk_bands.
select
    coalesce(segment, 'unknown') as region,
    num_paying_customers as paying_customers,
    num_customers_at_risk as customers_at_risk,
    arr,
    arr_at_risk,
    pct_of_arr_at_risk
from {{ ref('segment_months') }}
where kind = 'region' and is_latest and num_paying_customers > 0
order by arr_at_risk desc, region asc
