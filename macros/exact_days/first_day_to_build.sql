{# The first day that a model is building, for the views it reads; null means every day, as always
   between builds. A view, because Spark's views cannot read a variable. #}
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
