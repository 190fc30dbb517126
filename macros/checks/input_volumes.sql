{# The rows of int_input_volumes. With the origin, because other data have other volumes. #}
{% macro input_volumes() -%}
    {%- for table_name in customer_health.input_tables() -%}
    select
        '{{ table_name }}' as source_table,
        {{ customer_health.text_literal(customer_health.input_origin(table_name)) }} as origin,
        count(*) as num_rows
    from {{ ref('base_' ~ table_name) }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
{%- endmacro %}
