{% macro clean_text(column) -%}
    {{ return(adapter.dispatch('clean_text', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__clean_text(column) -%}
    nullif(trim(cast({{ column }} as varchar), e' \t\n\r\f\x0b'), '')
{%- endmacro %}


{% macro spark__clean_text(column) -%}
    nullif(trim(both ' \t\n\r\u000C\u000B' from cast({{ column }} as string)), '')
{%- endmacro %}
