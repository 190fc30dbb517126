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
