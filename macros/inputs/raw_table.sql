{% macro raw_table(table_name) -%}
    {%- if var('data_dir') -%}
        {#- the files are looked up when the model runs, so that parsing never touches the disk -#}
        {%- if execute -%}
            {{ customer_health.read_files(customer_health.input_files(table_name)) }}
        {%- else -%}
            (select 1)
        {%- endif -%}
    {%- elif var('source_schema') -%}
        {%- set names = [] -%}
        {%- for name in customer_health.source_path(table_name) -%}
            {%- do names.append(customer_health.quoted_name(name)) -%}
        {%- endfor -%}
        {{ names | join('.') }}
    {%- else -%}
        {{ ref(table_name) }}
    {%- endif -%}
{%- endmacro %}
