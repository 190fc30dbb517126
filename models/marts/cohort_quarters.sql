{{ config(materialized='view') }}

with quarter_ends as (

    select
        customer_id,
        date as quarter_end,
        total_arr
    from {{ ref('customer_daily_metrics') }}
    where date = {{ add_days("cast(" ~ dbt.date_trunc('quarter', add_days('date', 1)) ~ " as date)", -1) }}

),

customers as (

    select * from {{ ref('customers_enriched') }}

),

cohorts as (

    select
        cast({{ dbt.date_trunc('quarter', 'customers.acquisition_date') }} as date) as cohort,
        cast(
            4 * (extract(year from quarter_ends.quarter_end) - extract(year from customers.acquisition_date))
            + extract(quarter from quarter_ends.quarter_end) - extract(quarter from customers.acquisition_date) as int
        ) as quarters_since_acquisition,
        quarter_ends.quarter_end,
        quarter_ends.total_arr,
        case when quarter_ends.total_arr > 0 then 1 else 0 end as is_paying
    from quarter_ends
    inner join customers on quarter_ends.customer_id = customers.customer_id

),

retained as (

    select
        cohort,
        quarters_since_acquisition,
        quarter_end,
        count(*) as num_customers,
        sum(is_paying) as num_paying,
        sum(total_arr) as arr
    from cohorts
    group by cohort, quarters_since_acquisition, quarter_end

)

select
    cohort,
    quarters_since_acquisition,
    quarter_end,
    cast(num_customers as int) as num_customers,
    cast(num_paying as int) as num_paying_customers,
    {{ rounded_ratio('100 * num_paying', 'num_customers') | indent }} as pct_paying,
    cast(arr as decimal(18, 2)) as arr
from retained
