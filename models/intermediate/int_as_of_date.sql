{{ config(pre_hook=[
    '{{ check_rejected_share() }}',
    '{{ check_sources() }}',
    '{{ check_values() }}',
    '{{ check_as_of_date() }}',
]) }}

with source_days as (

    select * from {{ ref('int_source_days') }}

),

newest_day as (

    select max(date) as date
    from source_days
    where date <= {{ run_day() }}

)

select coalesce({{ date_setting('as_of_date') }}, date) as as_of_date
from newest_day
