{% macro date_spine(relation, first_day, last_day, columns) -%}
    {{ return(adapter.dispatch('date_spine', 'customer_health')(relation, first_day, last_day, columns)) }}
{%- endmacro %}


{% macro duckdb__date_spine(relation, first_day, last_day, columns) -%}
    select
        {{ columns | join(',\n        ') }},
        cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date) as date
    from {{ relation }}
{%- endmacro %}
