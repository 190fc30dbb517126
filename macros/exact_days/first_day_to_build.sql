{# The first day that a model is building, as an SQL date, for the views that it reads; null means every day. Whoever looks at
   the views at another time sees every day. A view on every engine, because Spark's views may not read a variable, and DuckDB
   skips as many rows either way. #}
{% macro first_day_to_build(name) -%}
    (select first_day from {{ customer_health.first_day_view(name) }})
{%- endmacro %}


{% macro first_day_view(name) %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema, identifier=name ~ '_first_day_to_build', type='view'
    )) }}
{% endmacro %}


{% macro _set_first_day(view, day, verb='create or replace') -%}
        {{ verb }} view {{ view }} as
        select cast({{ "'" ~ day ~ "'" if day else 'null' }} as date) as first_day
{%- endmacro %}
