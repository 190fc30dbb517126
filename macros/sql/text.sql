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


{# Adapters quote a name, but do not escape quotation marks in it. #}
{% macro quoted_name(name) %}
    {% set mark = adapter.quote('')[0] %}
    {{ return(adapter.quote(name | string | replace(mark, mark * 2))) }}
{% endmacro %}


{% macro clean_text(column) -%}
    {{ return(adapter.dispatch('clean_text', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__clean_text(column) -%}
    nullif(trim(cast({{ column }} as varchar), e' \t\n\r\f\x0b'), '')
{%- endmacro %}


{% macro spark__clean_text(column) -%}
    nullif(trim(both ' \t\n\r\u000C\u000B' from cast({{ column }} as string)), '')
{%- endmacro %}
