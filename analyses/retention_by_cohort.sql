-- Do customers stay, and do later cohorts stay longer? Each cohort at the end of each quarter since its own.
with daily_metrics as (

    select * from {{ ref('customer_daily_metrics') }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

quarters as (

    select
        customer_id,
        date as quarter_end,
        total_arr
    from daily_metrics
    where date = {{ add_days("cast(" ~ dbt.date_trunc('quarter', add_days('date', 1)) ~ " as date)", -1) }}

),

cohorts as (

    select
        cast({{ dbt.date_trunc('quarter', 'customers.acquisition_date') }} as date) as cohort,
        cast(
            4 * (extract(year from quarters.quarter_end) - extract(year from customers.acquisition_date))
            + extract(quarter from quarters.quarter_end) - extract(quarter from customers.acquisition_date) as int
        ) as quarters_since_acquisition,
        quarters.quarter_end,
        case when quarters.total_arr > 0 then 1 else 0 end as is_paying,
        quarters.total_arr
    from quarters
    inner join customers on quarters.customer_id = customers.customer_id

),

retained as (

    select
        cohort,
        quarters_since_acquisition,
        quarter_end,
        count(*) as customers,
        sum(is_paying) as paying_customers,
        sum(total_arr) as arr
    from cohorts
    group by cohort, quarters_since_acquisition, quarter_end

)

select
    cohort,
    quarters_since_acquisition,
    quarter_end,
    customers,
    paying_customers,
    {{ rounded_ratio('100 * paying_customers', 'customers') }} as pct_paying,
    arr
from retained
order by cohort, quarters_since_acquisition
