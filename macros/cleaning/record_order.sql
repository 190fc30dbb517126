{# Orders rows that differ only in how they are written; a missing value comes last. #}
{% macro record_order(record) -%}
    {{ return(adapter.dispatch('record_order', 'customer_health')(record)) }}
{%- endmacro %}


{% macro duckdb__record_order(record) -%}
    {{ record }}
{%- endmacro %}


{# Spark sorts a null in a struct first. #}
{% macro spark__record_order(record) -%}
    transform(
        map_values(from_json({{ customer_health.record_as_json(record) }}, 'map<string, string>')),
        value -> struct(value is null, value)
    )
{%- endmacro %}
