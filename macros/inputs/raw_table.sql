{# An input for a `from` clause: a table, the files in data_dir, or a seed. #}
{% macro raw_table(table_name) -%}
    {%- set path = customer_health._input_path(table_name) -%}
    {%- set is_source = customer_health.setting('data_dir') or customer_health.setting('source_schema') -%}
    {%- if is_source and customer_health.setting(table_name ~ '_relation') is none -%}
        {#- for the lineage -#}
        {%- do source('customer_health', table_name) -%}
    {%- endif -%}
    {%- if customer_health._is_left_out(table_name) -%}
        {{ customer_health._no_rows(table_name) }}
    {%- elif path -%}
        {{ customer_health._quoted_path(path) }}
    {%- elif customer_health.setting('data_dir') and execute -%}
        {#- finds the files only when the model runs, so that parsing never touches the disk -#}
        {{ customer_health._read_files(customer_health._input_files(table_name), table_name) }}
    {%- elif customer_health.has_own_data() or not execute and customer_health.setting('customers_relation') is not none -%}
        {{ customer_health._no_rows(table_name) }}
    {%- else -%}
        {{ ref(table_name) }}
    {%- endif -%}
{%- endmacro %}


{% macro _quoted_path(path) %}
    {% set names = [] %}
    {% for name in path %}
        {% do names.append(customer_health.quoted_name(name)) %}
    {% endfor %}
    {{ return(names | join('.')) }}
{% endmacro %}


{# Files that are read alike are read together. #}
{% macro _read_files(files, table_name) -%}
    {%- set kind = customer_health._file_kind(files[0]) -%}
    {%- if kind == 'csv' -%}
        {%- set sources = customer_health._csv_sources(files, table_name) -%}
    {%- elif kind == 'json' -%}
        {%- set sources = customer_health._json_sources(files, table_name) -%}
    {%- elif kind == 'xlsx' -%}
        {%- set sources = [] -%}
        {%- for file in files -%}
            {%- do sources.append(customer_health._read_xlsx(file, table_name)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set sources = [
            "read_parquet(" ~ customer_health._glob_literals(files) ~ ", union_by_name = true, hive_partitioning = false)"
        ] -%}
    {%- endif -%}
    {{ sources[0] if sources | length == 1 else '(select * from ' ~ sources | join(' union all by name select * from ') ~ ')' }}
{%- endmacro %}
