{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'customer_health')(columns)) }}
{%- endmacro %}


{# DuckDB combines the hashes of several values by xor, which a sum over rows could undo in part; hashed once more, one
   changed bit changes them all. #}
{% macro duckdb__row_hash(columns) -%}
    hash(hash({{ columns | join(', ') }}))
{%- endmacro %}


{# xxhash64 passes over a null, so that its place has to be told. #}
{% macro spark__row_hash(columns) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append(column ~ ', ' ~ column ~ ' is null') -%}
    {%- endfor -%}
    cast(xxhash64({{ values | join(', ') }}) as decimal(20, 0))
{%- endmacro %}
