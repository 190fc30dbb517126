{# Days among the last seven with less than half of the least, or more than twice the most, of the same weekday in the eight weeks
   before. Inputs with fewer than 20 rows a day vary too much, and today is not over yet. #}
{% macro unusual_volumes(source_days) -%}
    {%- set weeks = 8 -%}
    with rows_per_day as (

        select source_table, date, sum(num_rows) as num_rows
        from {{ source_days }}
        where date_column <> 'closed_date'
        group by source_table, date

    ),

    known_days as (

        select source_table, min(date) as first_day, max(date) as last_day
        from rows_per_day
        where date < {{ customer_health.run_day() }}
        group by source_table

    ),

    checked_days as (

        select
            known_days.source_table,
            known_days.first_day,
            {{ customer_health.add_days('known_days.last_day', '-days.days_before') }} as date
        from known_days
        cross join (values ({{ range(7) | join('), (') }})) as days (days_before)

    ),

    compared_days as (

        select
            checked_days.source_table,
            checked_days.date,
            weeks.weeks_before,
            {{ customer_health.add_days('checked_days.date', '-7 * weeks.weeks_before') }} as compared_date
        from checked_days
        cross join (values ({{ range(weeks + 1) | join('), (') }})) as weeks (weeks_before)
        where {{ customer_health.add_days('checked_days.date', -7 * weeks) }} >= checked_days.first_day

    ),

    volumes as (

        select
            compared_days.source_table,
            compared_days.date,
            sum(case when compared_days.weeks_before = 0 then coalesce(rows_per_day.num_rows, 0) end) as num_rows,
            min(case when compared_days.weeks_before > 0 then coalesce(rows_per_day.num_rows, 0) end) as lowest,
            max(case when compared_days.weeks_before > 0 then coalesce(rows_per_day.num_rows, 0) end) as highest,
            sum(case when compared_days.weeks_before > 0 then coalesce(rows_per_day.num_rows, 0) end) as total
        from compared_days
        left join rows_per_day
            on
                compared_days.source_table = rows_per_day.source_table
                and compared_days.compared_date = rows_per_day.date
        group by compared_days.source_table, compared_days.date

    )

    select
        concat(
            source_table, ': ', cast(num_rows as {{ dbt.type_string() }}), ' rows of ', cast(date as {{ dbt.type_string() }}),
            '; the same weekday had ', cast(lowest as {{ dbt.type_string() }}), ' to ', cast(highest as {{ dbt.type_string() }}),
            ' in the {{ weeks }} weeks before.'
        ) as finding
    from volumes
    where total >= 20 * {{ weeks }} and (2 * num_rows < lowest or num_rows > 2 * highest)
{%- endmacro %}
