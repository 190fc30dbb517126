-- Do customers log in less before they leave? Those that left, in their last six months of 30 days, beside those that stay,
-- in the six up to the last day built.
select
    customer_group,
    months_before,
    num_customers as customers,
    logins_per_customer,
    active_days_per_customer,
    pct_of_first_month
from {{ ref('usage_before_churn') }}
order by customer_group asc, months_before desc
