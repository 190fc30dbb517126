{# The number of rows of each input, `judged` by its base model. With the origin, because other data have other volumes. #}
{% macro input_volumes(judged) -%}
    {%- for table_name, base in judged.items() -%}
    select
        '{{ table_name }}' as source_table,
        {{ customer_health.text_literal(customer_health._input_origin(table_name)) }} as origin,
        count(*) as num_rows
    from {{ base }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
{%- endmacro %}


{# Where an input comes from, as text: dbt's node, if its var names one. #}
{% macro _input_origin(table_name) %}
    {% if execute and customer_health.has_relation(table_name) %}
        {% for id in graph.nodes['model.customer_health.base_' ~ table_name].depends_on.nodes
            if id.split('.')[1] != 'customer_health' %}
            {{ return(id) }}
        {% endfor %}
        {{ return(table_name ~ '_relation') }}
    {% elif customer_health.setting('data_dir') %}
        {{ return('data_dir: ' ~ customer_health.setting('data_dir')) }}
    {% elif customer_health.setting('source_schema') %}
        {% set path = [customer_health.setting('source_database'), customer_health.setting('source_schema')] %}
        {{ return('source_schema: ' ~ path | select | join('.')) }}
    {% endif %}
    {{ return('none' if execute and customer_health.has_own_data() else 'seeds') }}
{% endmacro %}


{# Inputs with less than half of the rows of the last build from the same place, whose rows are in `stored`. #}
{% macro _shrunken_inputs(volumes, stored) -%}
    {%- set is_error = customer_health.setting('source_check_severity') == 'error' -%}
    with volumes as (

        {{ volumes }}

    ),

    volumes_of_last_build as (

        select source_table, origin, num_rows from {{ stored }}

    )

    select
        concat(
            volumes.source_table, ': the number of rows fell from ',
            cast(volumes_of_last_build.num_rows as {{ dbt.type_string() }}), ' in the last build to ',
            cast(volumes.num_rows as {{ dbt.type_string() }}), ', less than half.
            {{- ' If that is all, build once with source_check_severity: warn.' if is_error }}'
        ) as finding
    from volumes
    inner join volumes_of_last_build
        on
            volumes.source_table = volumes_of_last_build.source_table
            and volumes.origin = volumes_of_last_build.origin
    where
        2 * volumes.num_rows < volumes_of_last_build.num_rows
        {%- for table_name in customer_health.setting('empty_inputs') %}
        and not (volumes.num_rows = 0 and volumes.source_table = '{{ table_name }}')
        {%- endfor %}
{%- endmacro %}


{# Days among the last seven with less than half of the least, or more than twice the most, of the same weekday in the eight
   weeks before. Inputs with fewer than 20 rows a day vary too much, and today is not over yet. #}
{% macro _unusual_volumes(source_days) -%}
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
            source_table, ': ', cast(num_rows as {{ dbt.type_string() }}),
            ' rows of ', cast(date as {{ dbt.type_string() }}),
            '; the same weekday had ', cast(lowest as {{ dbt.type_string() }}),
            ' to ', cast(highest as {{ dbt.type_string() }}),
            ' in the {{ weeks }} weeks before.'
        ) as finding
    from volumes
    where total >= 20 * {{ weeks }} and (2 * num_rows < lowest or num_rows > 2 * highest)
{%- endmacro %}
