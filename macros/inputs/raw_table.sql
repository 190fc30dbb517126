{% macro raw_table(table_name) -%}
    {%- if var('data_dir') and var('source_schema') -%}
        {{ exceptions.raise_compiler_error("Set data_dir or source_schema, not both.") }}
    {%- elif var('data_dir') -%}
        {{ adapter.dispatch('read_files', 'customer_health')(table_name) }}
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


{# The file is looked up when the model runs, so that parsing never touches the disk. #}
{% macro duckdb__read_files(table_name) -%}
    {%- if not execute -%}
        (select 1)
    {%- else -%}
        {{ customer_health._read(customer_health._input_files(table_name)) }}
    {%- endif -%}
{%- endmacro %}


{# DuckDB guesses whatever is not said here: that lines with a # in them are comments, that the first lines are no
   data, that a folder `region=EMEA` is a column. #}
{% macro _read(files) -%}
    {%- set literals = [] -%}
    {%- for file in files -%}
        {%- do literals.append(customer_health._glob_literal(file)) -%}
    {%- endfor -%}
    {%- if files[0].endswith('.parquet') -%}
        read_parquet([{{ literals | join(', ') }}], union_by_name = true, hive_partitioning = false)
    {%- else -%}
        read_csv(
            [{{ literals | join(', ') }}],
            header = true,
            skip = 0,
            delim = ',',
            quote = '"',
            escape = '"',
            comment = '',
            all_varchar = true,
            union_by_name = true,
            hive_partitioning = false
        )
    {%- endif -%}
{%- endmacro %}


{# data_dir/<table>.parquet, data_dir/<table>.csv, or the files of the folder data_dir/<table>: exactly one of them. #}
{% macro _input_files(table_name) %}
    {% set stem = (var('data_dir') | string).rstrip('/') ~ '/' ~ table_name %}
    {% set found = [] %}
    {% for ending in ['.parquet', '.csv', '/*.parquet', '/*.csv'] %}
        {% set pattern = customer_health._glob_literal(stem)[:-1] ~ ending ~ "'" %}
        {% set files = run_query('select file from glob(' ~ pattern ~ ') order by file').columns[0].values() %}
        {% if files %}
            {% do found.append(files | list) %}
        {% endif %}
    {% endfor %}
    {% if found | length == 0 %}
        {{ exceptions.raise_compiler_error(
            "data_dir: no input for " ~ table_name ~ "; expected " ~ stem ~ ".parquet, " ~ stem
            ~ ".csv or a folder " ~ stem ~ "/ of such files."
        ) }}
    {% elif found | length > 1 %}
        {{ exceptions.raise_compiler_error(
            "data_dir: more than one input for " ~ table_name ~ ": " ~ found[0][0] ~ " and "
            ~ found[1][0] ~ "; keep one of them."
        ) }}
    {% endif %}
    {{ return(found[0]) }}
{% endmacro %}


{# A path as an SQL string in which nothing is a wildcard. #}
{% macro _glob_literal(path) %}
    {% set escaped = modules.re.sub('([*?[])', '[\\1]', path) %}
    {{ return("'" ~ escaped | replace("'", "''") ~ "'") }}
{% endmacro %}
