{# Inputs with less than half of the rows of the last build from the same place, whose rows are in `stored`. #}
{% macro shrunken_inputs(volumes, stored) -%}
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
            {{- ' If that is all, build once with source_check_severity: warn.' if customer_health.setting('source_check_severity') == 'error' }}'
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
