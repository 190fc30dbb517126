{# Which events a run cleans. Like the rebuild start, the days are in a variable of the session, and null means all. #}
{% macro is_day_to_clean(timestamp) -%}
    {{ return(adapter.dispatch('is_day_to_clean', 'customer_health')(timestamp)) }}
{%- endmacro %}


{% macro duckdb__is_day_to_clean(timestamp) -%}
    (
        getvariable('customer_health_days_to_clean') is null
        or {{ customer_health.day_or_first_day(timestamp) }} in (
            select unnest(cast(getvariable('customer_health_days_to_clean') as date[]))
        )
    )
{%- endmacro %}


{% macro spark__is_day_to_clean(timestamp) -%}
    true
{%- endmacro %}
