{# Not ntile, which splits equal scores between deciles by chance. #}
{% macro decile(column, partition_by) -%}
    cast(
        floor(
            10 * (rank() over (partition by {{ partition_by }} order by {{ column }} desc) - 1)
            / count(*) over (partition by {{ partition_by }})
        ) as int
    ) + 1
{%- endmacro %}
