{% macro parse_date(column) -%}
    cast({{ customer_health.parse_timestamp(column) }} as date)
{%- endmacro %}
