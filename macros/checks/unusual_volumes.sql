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

        {% for days in range(7) -%}
        select source_table, first_day, {{ customer_health.add_days('last_day', -days) }} as date
        from known_days
        {{- ' union all' if not loop.last }}
        {% endfor %}

    ),

    compared_days as (

        {% for week in range(weeks + 1) -%}
        select source_table, date, {{ week }} as weeks_before, {{ customer_health.add_days('date', -7 * week) }} as compared_date
        from checked_days
        where {{ customer_health.add_days('date', -7 * weeks) }} >= first_day
        {{- ' union all' if not loop.last }}
        {% endfor %}

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
    order by finding
{%- endmacro %}
