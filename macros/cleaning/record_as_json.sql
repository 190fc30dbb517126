{% macro record_as_json(record) -%}
    {{ return(adapter.dispatch('record_as_json', 'customer_health')(record)) }}
{%- endmacro %}


{% macro duckdb__record_as_json(record) -%}
    cast(to_json({{ record }}) as varchar)
{%- endmacro %}


{% macro spark__record_as_json(record) -%}
    to_json({{ record }}, map('ignoreNullFields', 'false', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss'))
{%- endmacro %}
