{% macro parse_amount(column) -%}
    {{ return(adapter.dispatch('parse_amount', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_amount(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case
        -- the text of a double has an exponent where a sum left next to nothing
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT') or regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?')
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}


{# (?d): to Java, $ would else match before a line separator at the end too. #}
{% macro spark__parse_amount(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case
        when typeof({{ column }}) in ('double', 'float') or {{ text }} rlike '(?d)^[+-]?[0-9]+([.][0-9]+)?$'
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}
