{% macro raw_record(relation_alias) -%}
    {{ return(adapter.dispatch('raw_record', 'customer_health')(relation_alias)) }}
{%- endmacro %}


{# In DuckDB the alias of a relation is its whole row, as one struct. #}
{% macro duckdb__raw_record(relation_alias) -%}
    {{ relation_alias }}
{%- endmacro %}
