{# For dbt source freshness, in UTC: the end of the newest day, so that freshness and the check of a build agree. An input that may be
   empty and is has no age. #}
{% macro newest_day_is_over(table_name) -%}
    {#- the first date column is when a row began -#}
    {%- set column = customer_health.columns_of(table_name, kinds=['date', 'timestamp']) | first -%}
    with raw as (

        select * from {{ customer_health.raw_table(table_name) }}

    ),

    days as (

        select {{ customer_health.parse_date(customer_health.raw_column(table_name, column), table_name) }} as day
        from raw

    )

    select
        coalesce(
            {{ adapter.dispatch('midnight_in_utc', 'customer_health')(customer_health.add_days('max(day)', 1)) | trim }}
            {%- if table_name in customer_health.setting('empty_inputs') %},
            {{ current_timestamp() }}
            {%- endif %}
        ) as newest_day_is_over
    from days
    where day <= {{ customer_health.run_day() }}
{%- endmacro %}


{% macro duckdb__midnight_in_utc(day) -%}
    timezone('{{ customer_health.setting('reporting_timezone') }}', cast({{ day }} as timestamp))
{%- endmacro %}


{% macro spark__midnight_in_utc(day) -%}
    cast(convert_timezone('{{ customer_health.setting('reporting_timezone') }}', 'UTC', cast({{ day }} as timestamp_ntz)) as timestamp)
{%- endmacro %}
