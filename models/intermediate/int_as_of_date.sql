{#- The gate: every metric depends on this model, so a build that one of these checks stops changes none. -#}
{%- set judged = "{
    'customers': ref('base_customers'),
    'subscriptions': ref('base_subscriptions'),
    'login_events': ref('base_login_events'),
    'support_tickets': ref('base_support_tickets'),
}" -%}
{{ config(pre_hook=[
    "{{ check_rejected_share(ref('rejected_records'), " ~ judged ~ ") }}",
    "{{ check_sources(ref('int_source_days'), " ~ judged ~ ") }}",
    "{{ check_values(ref('stg_subscriptions'), ref('stg_support_tickets'), ref('int_source_days')) }}",
    "{{ check_as_of_date(ref('int_source_days')) }}",
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
