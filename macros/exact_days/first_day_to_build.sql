{# The first day that a model is building, for the views it reads; null means every day, as always
   between builds. A view, because Spark's views cannot read a variable. #}
{% macro first_day_to_build(name) -%}
    (select first_day from {{ customer_health._first_day_to_build_view(name) }})
{%- endmacro %}


{% macro _first_day_to_build_view(name) %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema, identifier=name ~ '_first_day_to_build', type='view'
    )) }}
{% endmacro %}


{# The statement that makes it this day; none is every day. #}
{% macro _set_first_day_to_build(view, day, verb='create or replace') -%}
        {{ verb }} view {{ view }} as
        select cast({{ "'" ~ day ~ "'" if day else 'null' }} as date) as first_day
{%- endmacro %}


{# A killed build rolls it back on DuckDB, but may leave a day on Spark. #}
{% macro _reset_first_day_to_build(view) %}
    {{ return(adapter.dispatch('reset_first_day_to_build', 'customer_health')(view)) }}
{% endmacro %}


{% macro duckdb__reset_first_day_to_build(view) %}
{% endmacro %}


{% macro spark__reset_first_day_to_build(view) %}
    {% do run_query(customer_health._set_first_day_to_build(view, none, 'alter')) %}
{% endmacro %}
