{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'customer_health')(columns)) }}
{%- endmacro %}


{# DuckDB combines the hashes of several values by xor, which a sum over rows could undo in part; hashed once more, one
   changed bit changes them all. #}
{% macro duckdb__row_hash(columns) -%}
    hash(hash({{ columns | join(', ') }}))
{%- endmacro %}
