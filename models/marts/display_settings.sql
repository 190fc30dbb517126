{{ config(materialized='view') }}

{%- set currency = setting('currency') %}
{%- set bands = setting('risk_bands') %}

select
    cast({{ 'null' if currency is none else text_literal(currency) }} as {{ dbt.type_string() }}) as currency,
    cast({{ bands.watch }} as decimal(5, 2)) as watch_from_score,
    cast({{ bands.at_risk }} as decimal(5, 2)) as at_risk_from_score,
    3 as stale_after_days
