{% macro parse_date(column, table_name) -%}
    cast({{ customer_health.parse_timestamp(column, table_name) }} as date)
{%- endmacro %}
