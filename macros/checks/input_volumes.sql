{# As in int_input_volumes. Where the inputs come from is a part of it: other data have other volumes. #}
{% macro input_volumes() -%}
    {%- set origin = 'seeds' -%}
    {%- if var('data_dir') -%}
        {%- set origin = 'data_dir: ' ~ var('data_dir') -%}
    {%- elif var('source_schema') -%}
        {%- set origin = 'source_schema: ' ~ [var('source_database'), var('source_schema')] | select | join('.') -%}
    {%- endif -%}
    {%- for table_name in customer_health.input_columns() -%}
    select
        '{{ table_name }}' as source_table,
        {{ customer_health.text_literal(origin) }} as origin,
        count(*) as num_rows
    from {{ ref('base_' ~ table_name) }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
{%- endmacro %}
