{# Whether a date or number column has a value, readable or not. #}
{% macro has_value(column, table_name) -%}
    coalesce({{ customer_health._is_null_value(column, customer_health.setting('null_values', table_name)) }}, true) is false
{%- endmacro %}


{% macro _is_null_value(column, null_values) -%}
    {%- set texts = [] -%}
    {%- for text in null_values -%}
        {%- do texts.append(customer_health.text_literal(text)) -%}
    {%- endfor -%}
    lower({{ customer_health.clean_text(column) }}) in ({{ texts | join(', ') or "''" }})
{%- endmacro %}


{# First branch of a case, for null_values that could also be read, such as 9999-12-31 for no end. #}
{% macro _when_null_value(column, table_name) -%}
    {%- set unreadable = customer_health.default_setting('null_values') -%}
    {%- set readable = customer_health.setting('null_values', table_name) | reject('in', unreadable) | list -%}
    {%- if readable %}
        when {{ customer_health._is_null_value(column, readable) }}
            then null
    {%- endif -%}
{%- endmacro %}
