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


{# What to hash of a column. #}
{% macro value_to_hash(column, type) -%}
    {{ return(adapter.dispatch('value_to_hash', 'customer_health')(column, type)) }}
{%- endmacro %}


{% macro duckdb__value_to_hash(column, type) -%}
    {{ return(column) }}
{%- endmacro %}


{# xxhash64 skips nulls within a struct or array, and takes no map. #}
{% macro spark__value_to_hash(column, type) -%}
    {%- set times = "'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'" -%}
    {{ return('to_json(' ~ column ~ ", map('ignoreNullFields', 'false', " ~ times ~ '))' if '<' in type else column) }}
{%- endmacro %}
