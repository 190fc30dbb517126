{% macro raw_table(table_name) -%}
    {%- if var('data_dir') and var('source_schema') -%}
        {{ exceptions.raise_compiler_error("Set data_dir or source_schema, not both.") }}
    {%- elif var('data_dir') -%}
        {#- the files are looked up when the model runs, so that parsing never touches the disk -#}
        {%- if execute -%}
            {{ customer_health.read_files(customer_health.input_files(table_name)) }}
        {%- else -%}
            (select 1)
        {%- endif -%}
    {%- elif var('source_schema') -%}
        {{ api.Relation.create(
            database=var('source_database') or target.database,
            schema=var('source_schema'),
            identifier=table_name,
        ) }}
    {%- else -%}
        {{ ref(table_name) }}
    {%- endif -%}
{%- endmacro %}
