{{ config(materialized='view') }}

with customers as (

    select
        customer_id,
        region,
        industry
    from {{ ref('customers_enriched') }}

),

churn_rates as (

    select * from {{ ref('churn_rates') }}

),

customer_months as (

    select * from {{ ref('customer_months') }}

),

last_day_built as (

    select max(date) as date
    from {{ ref('customer_daily_metrics') }}

),

-- the month that is not over ends on the last day built
month_ends as (

    select
        customer_id,
        date,
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        total_arr,
        arr_at_risk,
        {{ decile('customer_risk_score_raw', partition_by='date, total_arr > 0') | indent(8) }} as decile
    from {{ ref('customer_risk_drivers') }}
    where date = last_day(date) or date in (select last_day_built.date from last_day_built)

),

-- with the churn rates of today; nobody loses what is not paid
placed as (

    select
        month_ends.month,
        month_ends.date,
        customers.region,
        customers.industry,
        month_ends.total_arr,
        month_ends.arr_at_risk,
        case when month_ends.total_arr > 0 then 1 else 0 end as is_paying,
        case when month_ends.arr_at_risk > 0 then 1 else 0 end as is_at_risk,
        case
            when month_ends.total_arr > 0 then {{ part_of('month_ends.total_arr', 'churn_rates.churn_rate') }}
        end as expected_lost_arr,
        customer_months.arr_a_year_before,
        customer_months.retained_arr,
        customer_months.arr_lost_in_a_year,
        case when customer_months.had_arr_a_year_before then 1 else 0 end as had_arr_a_year_before,
        case when customer_months.has_left_within_a_year then 1 else 0 end as has_left_within_a_year
    from month_ends
    inner join customers on month_ends.customer_id = customers.customer_id
    inner join churn_rates on month_ends.decile = churn_rates.decile
    left join customer_months
        on month_ends.customer_id = customer_months.customer_id and month_ends.month = customer_months.month

),

segments as (

    select
        month,
        case
            when grouping(region) = 0 then 'region'
            when grouping(industry) = 0 then 'industry'
            else 'all'
        end as kind,
        coalesce(region, industry) as segment,
        max(date) as date,
        sum(is_paying) as num_paying,
        sum(is_at_risk) as num_at_risk,
        sum(total_arr) as arr,
        sum(arr_at_risk) as arr_at_risk,
        sum(expected_lost_arr) as expected_lost_arr,
        cast(sum(100 * total_arr) as {{ type_cents() }}) as arr_cents,
        cast(sum(100 * arr_at_risk) as {{ type_cents() }}) as at_risk_cents,
        cast(sum(100 * arr_a_year_before) as {{ type_cents() }}) as before_cents,
        cast(sum(100 * retained_arr) as {{ type_cents() }}) as retained_cents,
        cast(sum(100 * arr_lost_in_a_year) as {{ type_cents() }}) as lost_cents,
        sum(had_arr_a_year_before) as num_before,
        sum(has_left_within_a_year) as num_left
    from placed
    group by grouping sets ((month), (month, region), (month, industry))  -- noqa: PRS

)

select
    segments.month,
    segments.kind,
    segments.segment,
    segments.date,
    segments.date = last_day(segments.date) as is_over,
    segments.date = last_day_built.date as is_latest,
    cast(segments.num_paying as int) as num_paying_customers,
    cast(segments.num_at_risk as int) as num_customers_at_risk,
    cast(segments.arr as decimal(18, 2)) as arr,
    cast(segments.arr_at_risk as decimal(18, 2)) as arr_at_risk,
    {{ rounded_ratio('100 * segments.at_risk_cents', 'segments.arr_cents') | indent }} as pct_of_arr_at_risk,
    cast(segments.expected_lost_arr as decimal(18, 2)) as expected_lost_arr,
    {{ rounded_rate('segments.retained_cents', 'segments.before_cents') | indent }} as net_revenue_retention,
    cast({{ rounded_rate('segments.lost_cents', 'segments.before_cents') | indent }} as decimal(9, 6)) as gross_churn,
    cast({{ rounded_rate('segments.num_left', 'segments.num_before') | indent }} as decimal(9, 6)) as customer_churn
from segments
cross join last_day_built
