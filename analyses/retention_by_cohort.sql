-- Do customers stay, and do later cohorts stay longer? Each cohort at the end of each quarter since its own.
select
    cohort,
    quarters_since_acquisition,
    quarter_end,
    num_customers as customers,
    num_paying_customers as paying_customers,
    pct_paying,
    arr
from {{ ref('cohort_quarters') }}
order by cohort, quarters_since_acquisition
