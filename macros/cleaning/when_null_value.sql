{# First branch of a case, for null_values that could also be read, such as 9999-12-31 for no end. #}
{% macro when_null_value(column, table_name) -%}
    {%- set readable = customer_health.setting('null_values', table_name) | reject('in', customer_health.default_setting('null_values')) | list -%}
    {%- if readable %}
        when {{ customer_health._is_null_value(column, readable) }}
            then null
    {%- endif -%}
{%- endmacro %}
