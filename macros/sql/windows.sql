{% macro running_total(column, partition_by, order_by) -%}
    sum({{ column }}) over (partition by {{ partition_by }} order by {{ order_by }} rows unbounded preceding)
{%- endmacro %}


{# Adds the lowest and highest value of a column per group, as `lowest` and `highest`. #}
{% macro range_per_group(relation, column, group_by) -%}
    {{ return(adapter.dispatch('range_per_group', 'customer_health')(relation, column, group_by)) }}
{%- endmacro %}


{# A window would keep every column of every row in memory until its group is complete. #}
{% macro duckdb__range_per_group(relation, column, group_by) -%}
    select
        {{ relation }}.*,
        ranges.lowest,
        ranges.highest
    from {{ relation }}
    inner join (
        select
            {{ group_by }},
            min({{ column }}) as lowest,
            max({{ column }}) as highest
        from {{ relation }}
        group by {{ group_by }}
    ) as ranges on {{ relation }}.{{ group_by }} = ranges.{{ group_by }}
{%- endmacro %}


{# A join would compute the relation twice, and Spark shuffles by group anyway to write. #}
{% macro spark__range_per_group(relation, column, group_by) -%}
    select
        *,
        min({{ column }}) over (partition by {{ group_by }}) as lowest,
        max({{ column }}) over (partition by {{ group_by }}) as highest
    from {{ relation }}
{%- endmacro %}


{# Goes after a select, whose rows Spark then shuffles once for all steps that follow by this column. #}
{% macro repartition_hint(column) -%}
    {{ return(adapter.dispatch('repartition_hint', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__repartition_hint(column) -%}
{%- endmacro %}


{% macro spark__repartition_hint(column) -%}
    {{ return('/*+ repartition(' ~ column ~ ') */ ') }}
{%- endmacro %}
