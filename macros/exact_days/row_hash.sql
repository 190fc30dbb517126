{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'customer_health')(columns)) }}
{%- endmacro %}


{# DuckDB combines the hashes of several values by xor, which a sum over rows could partly undo; the second hash prevents it. #}
{% macro duckdb__row_hash(columns) -%}
    hash(hash({{ columns | join(', ') }}))
{%- endmacro %}


{# xxhash64 skips nulls, so hash where they are as well. #}
{% macro spark__row_hash(columns) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append(column ~ ', ' ~ column ~ ' is null') -%}
    {%- endfor -%}
    cast(xxhash64({{ values | join(', ') }}) as decimal(20, 0))
{%- endmacro %}
