{# Decides between rows that differ in nothing but how they are written; a missing value comes last. #}
{% macro record_order(record) -%}
    {{ return(adapter.dispatch('record_order', 'customer_health')(record)) }}
{%- endmacro %}


{% macro duckdb__record_order(record) -%}
    {{ record }}
{%- endmacro %}


{# A null in a struct comes first in Spark. #}
{% macro spark__record_order(record) -%}
    transform(
        map_values(from_json({{ customer_health.record_as_json(record) }}, 'map<string, string>')),
        value -> struct(value is null, value)
    )
{%- endmacro %}
