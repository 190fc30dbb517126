{% macro add_days(date, number_of_days) -%}
    {{ return(adapter.dispatch('add_days', 'customer_health')(date, number_of_days)) }}
{%- endmacro %}


{% macro duckdb__add_days(date, number_of_days) -%}
    ({{ date }} + {{ number_of_days }})
{%- endmacro %}


{% macro spark__add_days(date, number_of_days) -%}
    date_add({{ date }}, {{ number_of_days }})
{%- endmacro %}


{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between', 'customer_health')(first_day, last_day)) }}
{%- endmacro %}


{% macro duckdb__days_between(first_day, last_day) -%}
    ({{ last_day }} - {{ first_day }})
{%- endmacro %}


{% macro spark__days_between(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}


{% macro date_spine(relation, first_day, last_day, columns) -%}
    {{ return(adapter.dispatch('date_spine', 'customer_health')(relation, first_day, last_day, columns)) }}
{%- endmacro %}


{% macro duckdb__date_spine(relation, first_day, last_day, columns) -%}
    select
        {{ columns | join(',\n        ') }},
        cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date) as date
    from {{ relation }}
{%- endmacro %}


{# sequence() would count backwards. #}
{% macro spark__date_spine(relation, first_day, last_day, columns) -%}
    select
        {{ columns | join(',\n        ') }},
        explode(sequence({{ first_day }}, {{ last_day }})) as date
    from {{ relation }}
    where {{ first_day }} <= {{ last_day }}
{%- endmacro %}


{% macro merge_overlapping_intervals(relation, partition_by, first_day, last_day) -%}
    {%- set keys = partition_by | join(', ') -%}
    {%- set forever = "cast('9999-12-31' as date)" -%}
    with intervals as (

        select
            {{ keys }},
            {{ first_day }} as first_day,
            coalesce({{ last_day }}, {{ forever }}) as last_day
        from {{ relation }}

    ),

    neighbours as (

        select
            {{ keys }},
            first_day,
            max(last_day) over (
                partition by {{ keys }} order by first_day, last_day
                rows between unbounded preceding and 1 preceding
            ) as last_day_before,
            max(last_day) over (
                partition by {{ keys }} order by first_day, last_day
                rows between unbounded preceding and current row
            ) as last_day_so_far,
            lead(first_day) over (partition by {{ keys }} order by first_day, last_day) as next_first_day
        from intervals

    ),

    marked as (

        select
            *,
            coalesce(first_day > {{ customer_health.add_days('last_day_before', 1) }}, true) as begins_island,
            coalesce(next_first_day > {{ customer_health.add_days('last_day_so_far', 1) }}, true) as ends_island
        from neighbours

    ),

    -- only the first and the last interval of each island are left: two rows, or one that is both
    islands as (

        select
            {{ keys }},
            first_day,
            begins_island,
            case
                when ends_island then last_day_so_far
                else lead(last_day_so_far) over (
                    partition by {{ keys }} order by first_day, last_day_so_far, ends_island
                )
            end as last_day
        from marked
        where begins_island or ends_island

    )

    select
        {{ keys }},
        first_day as {{ first_day }},
        nullif(last_day, {{ forever }}) as {{ last_day }}
    from islands
    where begins_island
{%- endmacro %}
