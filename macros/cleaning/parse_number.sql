{# Six decimals, because what is calculated from it is rounded to cents later. #}
{% macro parse_number(column) -%}
    {{ return(adapter.dispatch('parse_number', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_number(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case when regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?') then try_cast({{ text }} as decimal(28, 6)) end
{%- endmacro %}


{% macro spark__parse_number(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case when {{ text }} rlike '(?d)^[+-]?[0-9]+([.][0-9]+)?$' then try_cast({{ text }} as decimal(28, 6)) end
{%- endmacro %}
