{{ config(materialized='view') }}

with daily_metrics as (

    select * from {{ ref('customer_daily_metrics') }}

),

-- customers have every day since their acquisition, so the previous row is the previous month end
month_ends as (

    select
        customer_id,
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        coalesce(lag(total_arr) over (partition by customer_id order by date), 0) as arr_at_start,
        coalesce(lag(total_arr, 12) over (partition by customer_id order by date), 0) as arr_a_year_before,
        total_arr as arr_at_end
    from daily_metrics
    where date = last_day(date)

)

select
    customer_id,
    month,
    cast(arr_at_start as decimal(18, 2)) as arr_at_start,
    cast(case when arr_at_start = 0 then arr_at_end else 0 end as decimal(18, 2)) as new_arr,
    cast(
        case when arr_at_start > 0 then greatest(arr_at_end - arr_at_start, 0) else 0 end as decimal(18, 2)
    ) as expansion_arr,
    cast(
        case when arr_at_end > 0 then greatest(arr_at_start - arr_at_end, 0) else 0 end as decimal(18, 2)
    ) as contraction_arr,
    cast(case when arr_at_end = 0 then arr_at_start else 0 end as decimal(18, 2)) as lost_arr,
    arr_at_end,
    cast(arr_a_year_before as decimal(18, 2)) as arr_a_year_before,
    cast(case when arr_a_year_before > 0 then arr_at_end else 0 end as decimal(18, 2)) as retained_arr,
    cast(greatest(arr_a_year_before - arr_at_end, 0) as decimal(18, 2)) as arr_lost_in_a_year,
    arr_a_year_before > 0 as had_arr_a_year_before,
    arr_a_year_before > 0 and arr_at_end = 0 as has_left_within_a_year
from month_ends
