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
    xxhash64({{ values | join(', ') }})
{%- endmacro %}


{# Of all rows of a group, as text. #}
{% macro _sum_of_hashes(columns) -%}
    {{ return(adapter.dispatch('sum_of_hashes', 'customer_health')(columns)) }}
{%- endmacro %}


{% macro duckdb__sum_of_hashes(columns) -%}
    cast(sum({{ customer_health.row_hash(columns) }}) as varchar)
{%- endmacro %}


{# Two sums of 32 bits each, because one would overflow, and decimals are slow. #}
{% macro spark__sum_of_hashes(columns) -%}
    {%- set hash = customer_health.row_hash(columns) -%}
    concat(sum(shiftright({{ hash }}, 32)), ' ', sum({{ hash }} & 4294967295))
{%- endmacro %}


{# What to hash of a column: a list of expressions. #}
{% macro _values_to_hash(column, type) -%}
    {{ return(adapter.dispatch('values_to_hash', 'customer_health')(column, type)) }}
{%- endmacro %}


{% macro duckdb__values_to_hash(column, type) -%}
    {{ return([column]) }}
{%- endmacro %}


{# xxhash64 skips nulls within a struct or array, and takes no map; so the fields of a struct are hashed one by one, and anything else
   that is nested as JSON, which costs more. #}
{% macro spark__values_to_hash(column, type) -%}
    {%- set values = [] -%}
    {%- set field = '([^:,<>]+):[a-z_]+(?:[(][0-9, ]+[)])?' -%}
    {%- set times = "'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'" -%}
    {%- if '<' not in type -%}
        {%- do values.append(column) -%}
    {%- elif modules.re.fullmatch('struct<' ~ field ~ '(?:,' ~ field ~ ')*>', type) -%}
        {%- do values.append('isnull(' ~ column ~ ')') -%}
        {%- for name in modules.re.findall(field ~ '[,>]', type[7:]) -%}
            {%- do values.append(column ~ '.' ~ adapter.quote(name)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do values.append('to_json(' ~ column ~ ", map('ignoreNullFields', 'false', " ~ times ~ '))') -%}
    {%- endif -%}
    {{ return(values) }}
{%- endmacro %}
