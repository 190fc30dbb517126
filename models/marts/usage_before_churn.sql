{{ config(materialized='view') }}

with customers as (

    select * from {{ ref('customers_enriched') }}

),

-- Each step reads the daily table itself: DuckDB would read every column of every row for a shared CTE.
last_paying_days as (

    select
        customer_id,
        max(date) as date
    from {{ ref('customer_daily_metrics') }}
    where total_arr > 0
    group by customer_id

),

-- only customers with six months of history; those that left have no ARR on the last day built
ends as (

    select
        customers.customer_id,
        case when customers.total_arr > 0 then 'stays' else 'left' end as customer_group,
        last_paying_days.date as last_day
    from customers
    inner join last_paying_days on customers.customer_id = last_paying_days.customer_id
    where {{ days_between('customers.acquisition_date', 'last_paying_days.date') }} >= 179

),

days as (

    select
        ends.customer_group,
        cast(floor({{ days_between('daily_metrics.date', 'ends.last_day') }} / 30) as int) + 1 as months_before,
        daily_metrics.customer_id,
        daily_metrics.num_logins,
        case when daily_metrics.num_logins > 0 then 1 else 0 end as is_active
    from {{ ref('customer_daily_metrics') }} as daily_metrics
    inner join ends
        on
            daily_metrics.customer_id = ends.customer_id
            and daily_metrics.date <= ends.last_day
            and daily_metrics.date > {{ add_days('ends.last_day', -180) }}

),

months as (

    select
        customer_group,
        months_before,
        count(distinct customer_id) as num_customers,
        sum(num_logins) as logins,
        sum(is_active) as active_days
    from days
    group by customer_group, months_before

),

compared as (

    select
        *,
        first_value(logins) over (partition by customer_group order by months_before desc) as logins_at_first
    from months

)

select
    customer_group,
    months_before,
    cast(num_customers as int) as num_customers,
    {{ rounded_ratio('logins', 'num_customers') | indent }} as logins_per_customer,
    {{ rounded_ratio('active_days', 'num_customers') | indent }} as active_days_per_customer,
    {{ rounded_ratio('100 * logins', 'logins_at_first') | indent }} as pct_of_first_month
from compared
