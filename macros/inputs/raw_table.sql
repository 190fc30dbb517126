{% macro raw_table(table_name) -%}
    {%- if var('data_dir') -%}
        {#- the files are looked up when the model runs, so that parsing never touches the disk -#}
        {%- if execute -%}
            {{ customer_health.read_files(customer_health.input_files(table_name), table_name) }}
        {%- else -%}
            (select 1)
        {%- endif -%}
    {%- elif var('source_schema') -%}
        {%- set path = [var('source_schema'), table_name] -%}
        {%- if var('source_database') or target.database -%}
            {%- do path.insert(0, var('source_database') or target.database) -%}
        {%- endif -%}
        {%- set names = [] -%}
        {%- for name in path -%}
            {%- do names.append(customer_health.quoted_name(name)) -%}
        {%- endfor -%}
        {{ names | join('.') }}
    {%- else -%}
        {{ ref(table_name) }}
    {%- endif -%}
{%- endmacro %}
