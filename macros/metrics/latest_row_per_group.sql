{# Two narrow passes and a join: a row_number() over the whole table would sort every column of it. #}
{% macro latest_row_per_group(relation, group_by, order_by) -%}
    select latest.*
    from {{ relation }} as latest
    inner join (
        select
            {{ group_by }},
            max({{ order_by }}) as {{ order_by }}
        from {{ relation }}
        group by {{ group_by }}
    ) as newest
        on
            latest.{{ group_by }} = newest.{{ group_by }}
            and latest.{{ order_by }} = newest.{{ order_by }}
{%- endmacro %}
