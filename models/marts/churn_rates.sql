{{ config(materialized='view') }}

{#- Ten customers at three month ends each, since a departure within 90 days is an outcome of three. -#}
{%- set few = 30 %}

with deciles as (

    {% for decile in range(1, 11) -%}
    select {{ decile }} as decile
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

lift as (

    select
        decile,
        num_customers,
        num_churned
    from {{ ref('risk_score_lift') }}
    where month is null

),

history as (

    select
        coalesce(sum(num_customers), 0) as num_customers,
        coalesce(sum(num_churned), 0) as num_churned
    from lift

),

-- an empty decile has no outcomes of its own
outcomes as (

    select
        deciles.decile,
        coalesce(lift.num_customers, 0) as num_customers,
        coalesce(lift.num_churned, 0) as num_churned
    from deciles
    left join lift on deciles.decile = lift.decile

),

rates as (

    select
        outcomes.decile,
        outcomes.num_customers,
        outcomes.num_churned,
        cast({{ rounded_rate(
            '(outcomes.num_churned * history.num_customers + ' ~ few ~ ' * history.num_churned)',
            '((outcomes.num_customers + ' ~ few ~ ') * history.num_customers)',
        ) | indent(8) }} as decimal(9, 6)) as churn_rate,
        case
            when history.num_customers = 0 then 'history_too_short'
            when history.num_customers < {{ few }} then 'too_few_outcomes'
            when history.num_churned = 0 then 'nobody_has_churned'
        end as why_unknown
    from outcomes
    cross join history

)

select
    decile,
    num_customers,
    num_churned,
    case when why_unknown is null then churn_rate end as churn_rate,
    why_unknown
from rates
