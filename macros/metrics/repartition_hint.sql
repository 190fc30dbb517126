{# Goes after a select, whose rows Spark then shuffles once for all steps that follow by this column. #}
{% macro repartition_hint(column) -%}
    {{ return(adapter.dispatch('repartition_hint', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__repartition_hint(column) -%}
{%- endmacro %}


{% macro spark__repartition_hint(column) -%}
    {{ return('/*+ repartition(' ~ column ~ ') */ ') }}
{%- endmacro %}
