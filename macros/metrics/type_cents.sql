{# Wide enough for percent_change (× 20,000). #}
{% macro type_cents() -%}
    {{ return(adapter.dispatch('type_cents', 'customer_health')()) }}
{%- endmacro %}


{% macro duckdb__type_cents() -%}
    hugeint
{%- endmacro %}


{% macro spark__type_cents() -%}
    decimal(30, 0)
{%- endmacro %}
