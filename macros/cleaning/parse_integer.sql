{% macro parse_integer(column, table_name) -%}
    {{ return(adapter.dispatch('parse_integer', 'customer_health')(column, table_name)) }}
{%- endmacro %}


{% macro duckdb__parse_integer(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
        when regexp_full_match({{ text }}, '[+-]?[0-9]+([.]0+)?')
            then try_cast(split_part({{ text }}, '.', 1) as integer)
    end
{%- endmacro %}


{# A double's text has an exponent from ten million on. #}
{% macro spark__parse_integer(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
        when typeof({{ column }}) in ('double', 'float')
            then case when try_cast({{ text }} as double) % 1 = 0 then try_cast(try_cast({{ text }} as double) as int) end
        when {{ text }} rlike '(?d)^[+-]?[0-9]+([.]0+)?$'
            then try_cast(split_part({{ text }}, '.', 1) as int)
    end
{%- endmacro %}
