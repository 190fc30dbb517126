{% macro parse_amount(column, table_name) -%}
    {{ return(adapter.dispatch('parse_amount', 'customer_health')(column, table_name)) }}
{%- endmacro %}


{% macro duckdb__parse_amount(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
        -- the text of a double has an exponent where a sum left next to nothing
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT') or regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?')
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}


{# (?d) because Java's $ also matches before a final line separator. #}
{% macro spark__parse_amount(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
        when typeof({{ column }}) in ('double', 'float') or {{ text }} rlike '(?d)^[+-]?[0-9]+([.][0-9]+)?$'
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}
