{# A text as an escaped SQL string. #}
{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'customer_health')(text)) }}
{%- endmacro %}


{% macro duckdb__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}


{# A backslash escapes the next character in Spark. #}
{% macro spark__text_literal(text) -%}
    {{ return("'" ~ text | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{%- endmacro %}
