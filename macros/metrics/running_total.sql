{% macro running_total(column, partition_by, order_by) -%}
    sum({{ column }}) over (partition by {{ partition_by }} order by {{ order_by }} rows unbounded preceding)
{%- endmacro %}
