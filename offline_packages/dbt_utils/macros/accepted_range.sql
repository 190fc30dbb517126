{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {{- return(adapter.dispatch('test_accepted_range', 'dbt_utils')(
        model, column_name, min_value, max_value, inclusive
    )) -}}
{% endtest %}


{#- The condition is stated as what is allowed and then negated, so that a null,
    for which it is unknown, is not a failure: that is for `not_null` to say. -#}
{% macro default__test_accepted_range(
    model, column_name, min_value=none, max_value=none, inclusive=true
) %}
    {%- set or_equal = '=' if inclusive else '' -%}
    {%- set bounds = [] -%}
    {%- if min_value is not none -%}
        {%- do bounds.append(column_name ~ ' >' ~ or_equal ~ ' ' ~ min_value) -%}
    {%- endif -%}
    {%- if max_value is not none -%}
        {%- do bounds.append(column_name ~ ' <' ~ or_equal ~ ' ' ~ max_value) -%}
    {%- endif %}

with tested_rows as (
    select * from {{ model }}
),

rows_out_of_range as (
    select *
    from tested_rows
    where not ({{ bounds | join(' and ') or '1 = 1' }})
)

select * from rows_out_of_range
{% endmacro %}
