{% test unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
    {{- return(adapter.dispatch('test_unique_combination_of_columns', 'dbt_utils')(
        model, combination_of_columns, quote_columns
    )) -}}
{% endtest %}


{#- One failing row per repeated combination, however often it is repeated.
    Nulls group together, so two rows with the same nulls do count as repeated. -#}
{% macro default__test_unique_combination_of_columns(
    model, combination_of_columns, quote_columns=false
) %}
    {%- set key_columns = [] -%}
    {%- for column in combination_of_columns -%}
        {%- do key_columns.append(adapter.quote(column) if quote_columns else column) -%}
    {%- endfor -%}
    {%- set key_list = key_columns | join(', ') %}

with repeated_combinations as (
    select {{ key_list }}
    from {{ model }}
    group by {{ key_list }}
    having count(*) > 1
)

select * from repeated_combinations
{% endmacro %}
