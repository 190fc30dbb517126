{# A reader for the files of each dialect. #}
{% macro _csv_sources(files, table_name) %}
    {% set readers = {} %}
    {% for file, dialect in customer_health._csv_dialects(files, table_name).items() %}
        {% set names = customer_health._unique_names(dialect.names) %}
        {% set key = (dialect.encoding, dialect.delimiter, names | join('\u0000')) %}
        {% do readers.setdefault(key, {'files': [], 'names': names, 'dialect': dialect}).files.append(file) %}
    {% endfor %}
    {% set sources = [] %}
    {% for reader in readers.values() %}
        {% do sources.append(customer_health._read_csv(reader.files, reader.names, reader.dialect)) %}
    {% endfor %}
    {{ return(sources) }}
{% endmacro %}


{# DuckDB would guess all that is not set here: comments from a #, a preamble, a column from a folder `region=EMEA`. #}
{% macro _read_csv(files, names, dialect, options='') -%}
    {%- set columns = [] -%}
    {%- for name in names -%}
        {%- do columns.append(customer_health.text_literal(name) ~ ": 'varchar'") -%}
    {%- endfor -%}
    read_csv(
        {{ customer_health._glob_literals(files) }},
        auto_detect = false,
        columns = {{ '{' ~ columns | join(', ') ~ '}' }},
        encoding = '{{ dialect.encoding }}',
        header = true,
        skip = 0,
        delim = '{{ dialect.delimiter }}',
        quote = '"',
        escape = '"',
        comment = '',
        hive_partitioning = false
        {{- options }}
    )
{%- endmacro %}


{# Renames columns without a name, or with one that is taken. #}
{% macro _unique_names(names) %}
    {% set unique = [] %}
    {% for name in names %}
        {% set state = namespace(name=name or 'column' ~ loop.index0) %}
        {% for number in range(1, names | length + 1) if state.name | lower in unique | map('lower') %}
            {% set state.name = (name or 'column' ~ loop.index0) ~ '_' ~ number %}
        {% endfor %}
        {% do unique.append(state.name) %}
    {% endfor %}
    {{ return(unique) }}
{% endmacro %}


{# Only reading a file to its end finds every bad line. #}
{% macro _check_csv(file, dialect) %}
    {% set names = [] %}
    {% for number in range(dialect.names | length) %}
        {% do names.append('column' ~ number) %}
    {% endfor %}
    {# one text, because dbt v2 runs each statement in its own session #}
    {% set query %}
        drop table if exists bad_lines;
        drop table if exists scans_of_bad_lines;
        create or replace temp table longest_values as
        select max(length({{ names | join(')), max(length(') }}))
        from {{ customer_health._read_csv([file], names, dialect, customer_health._store_bad_lines() ~ ', rejects_limit = 1') }};
        select line, error_message from bad_lines order by line limit 1
    {% endset %}
    {% for line, fault in run_query(query).rows %}
        {% do customer_health._raise_bad_line(file, line, fault) %}
    {% endfor %}
{% endmacro %}
