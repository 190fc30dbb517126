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
