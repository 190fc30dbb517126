{% macro read_files(files) -%}
    {{ return(adapter.dispatch('read_files', 'customer_health')(files)) }}
{%- endmacro %}


{# DuckDB guesses whatever is not said here: that lines with a # in them are comments, that the first lines are no
   data, that a folder `region=EMEA` is a column. #}
{% macro duckdb__read_files(files) -%}
    {%- if files[0].lower().endswith('.parquet') -%}
        read_parquet([{{ customer_health._glob_literals(files) }}], union_by_name = true, hive_partitioning = false)
    {%- else -%}
        read_csv(
            [{{ customer_health._glob_literals(files) }}],
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


{% macro _glob_literals(paths) -%}
    {%- for path in paths -%}
        {{ customer_health._glob_literal(path) }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# A path as an SQL string in which nothing is a wildcard. #}
{% macro _glob_literal(path) %}
    {% set escaped = modules.re.sub('([*?[])', '[\\1]', path) %}
    {{ return("'" ~ escaped | replace("'", "''") ~ "'") }}
{% endmacro %}


{# Spark finds the columns of many CSVs by their place, after the header of one of them; so each is read by itself. #}
{% macro spark__read_files(files) -%}
    {%- if not files[0].lower().endswith('.parquet') -%}
        {%- set columns = {} -%}
        {%- set relations = {} -%}
        {%- for file in files -%}
            {%- set relation -%}
                csv.{{ customer_health._spark_path(file) }} with (
                    header = true, multiLine = true, escape = '"', mode = 'FAILFAST', columnNameOfCorruptRecord = '_'
                )
            {%- endset -%}
            {%- set names = run_query('select * from ' ~ relation ~ ' limit 0').column_names | list -%}
            {%- do relations.update({relation: names | map('lower') | list}) -%}
            {%- for name in names if name | lower not in columns -%}
                {%- do columns.update({name | lower: customer_health.quoted_name(name)}) -%}
            {%- endfor -%}
        {%- endfor -%}
        (
        {%- for relation, names in relations.items() %}
            select
                {%- for name, column in columns.items() %}
                {{ column if name in names else 'cast(null as string)' }} as {{ column }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            from {{ relation }}
            {{ 'union all' if not loop.last }}
        {%- endfor %}
        )
    {%- elif files | length == 1 -%}
        parquet.{{ customer_health._spark_path(files[0]) }}
    {%- else -%}
        parquet.{{ customer_health._spark_path(files[0].rpartition('/')[0], '/*.parquet') }} with (mergeSchema = true)
    {%- endif -%}
{%- endmacro %}


{# Spark takes every path for a pattern, and knows no way around it. #}
{% macro _spark_path(path, pattern='') %}
    {% if modules.re.search('[][{}*?`\\\\]', path) %}
        {{ exceptions.raise_compiler_error(
            "data_dir: Spark cannot read " ~ path ~ "; rename it without any of [ ] { } * ? ` and backslash."
        ) }}
    {% endif %}
    {{ return('`' ~ path ~ pattern ~ '`') }}
{% endmacro %}
