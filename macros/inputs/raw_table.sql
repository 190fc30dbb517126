{% macro raw_table(table_name) -%}
    {%- set path = customer_health.input_path(table_name) -%}
    {%- if (customer_health.setting('data_dir') or customer_health.setting('source_schema')) and customer_health.setting(table_name ~ '_relation') is none -%}
        {#- for the lineage -#}
        {%- do source('customer_health', table_name) -%}
    {%- endif -%}
    {%- if path and not customer_health.is_left_out(table_name) -%}
        {%- set names = [] -%}
        {%- for name in path -%}
            {%- do names.append(customer_health.quoted_name(name)) -%}
        {%- endfor -%}
        {{ names | join('.') }}
    {%- elif customer_health.setting('data_dir') and execute -%}
        {#- finds the files only when the model runs, so that parsing never touches the disk -#}
        {%- if customer_health.is_left_out(table_name) -%}
            {{ customer_health.no_rows(table_name) }}
        {%- else -%}
            {{ customer_health.read_files(customer_health.input_files(table_name), table_name) }}
        {%- endif -%}
    {%- elif customer_health.has_own_data() or not execute and customer_health.setting('customers_relation') is not none -%}
        {{ customer_health.no_rows(table_name) }}
    {%- else -%}
        {{ ref(table_name) }}
    {%- endif -%}
{%- endmacro %}
