{% test expression_is_true(model, expression, column_name=none) %}
    {{- return(adapter.dispatch('test_expression_is_true', 'dbt_utils')(
        model, expression, column_name
    )) -}}
{% endtest %}


{#- Whole rows are worth their cost only where they are kept for someone to read;
    a mere count does not need them. -#}
{% macro default__test_expression_is_true(model, expression, column_name=none) %}
    {%- set condition = expression if column_name is none else column_name ~ ' ' ~ expression %}

with rows_breaking_expression as (
    select {{ '*' if should_store_failures() else '1 as failed' }}
    from {{ model }}
    where not ({{ condition }})
)

select * from rows_breaking_expression
{% endmacro %}
