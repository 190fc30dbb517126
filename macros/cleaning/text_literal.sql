{# A text as SQL that is nothing but this text. #}
{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'customer_health')(text)) }}
{%- endmacro %}


{% macro duckdb__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}


{# To Spark, a backslash in a text says what the character after it is. #}
{% macro spark__text_literal(text) -%}
    {{ return("'" ~ text | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{%- endmacro %}
