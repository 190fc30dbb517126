{% macro parse_integer(column) -%}
    {{ return(adapter.dispatch('parse_integer', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_integer(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case
        when regexp_full_match({{ text }}, '[+-]?[0-9]+([.]0+)?')
            then try_cast(split_part({{ text }}, '.', 1) as integer)
    end
{%- endmacro %}


{# The text of a double has an exponent from ten million on. #}
{% macro spark__parse_integer(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case
        when typeof({{ column }}) in ('double', 'float')
            then case when try_cast({{ text }} as double) % 1 = 0 then try_cast(try_cast({{ text }} as double) as int) end
        when {{ text }} rlike '(?d)^[+-]?[0-9]+([.]0+)?$'
            then try_cast(split_part({{ text }}, '.', 1) as int)
    end
{%- endmacro %}
