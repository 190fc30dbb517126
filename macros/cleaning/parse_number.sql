{# Six decimals, because results are rounded to cents later. #}
{% macro parse_number(column, table_name) -%}
    {{ return(adapter.dispatch('parse_number', 'customer_health')(column, table_name)) }}
{%- endmacro %}


{% macro duckdb__parse_number(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case when regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?') then try_cast({{ text }} as decimal(28, 6)) end
{%- endmacro %}


{% macro spark__parse_number(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case when {{ text }} rlike '(?d)^[+-]?[0-9]+([.][0-9]+)?$' then try_cast({{ text }} as decimal(28, 6)) end
{%- endmacro %}
