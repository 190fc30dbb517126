{# A row as one value, with the types of its columns. #}
{% macro raw_row(relation_alias) -%}
    {{ return(adapter.dispatch('raw_row', 'customer_health')(relation_alias)) }}
{%- endmacro %}


{# The alias alone would be the whole row too, unless a column has the same name. #}
{% macro duckdb__raw_row(relation_alias) -%}
    struct_pack(*columns({{ relation_alias }}.*))
{%- endmacro %}


{% macro spark__raw_row(relation_alias) -%}
    struct({{ relation_alias }}.*)
{%- endmacro %}
