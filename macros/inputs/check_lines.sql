{# Only reading a file to its end finds every bad line. #}
{% macro check_lines(file, table_name, dialect) %}
    {% set kind = customer_health.file_kind(file) %}
    {% if kind == 'csv' %}
        {% do customer_health._check_csv(file, dialect) %}
    {% elif kind == 'json' %}
        {% do customer_health._check_json(file, table_name) %}
    {% elif kind == 'xlsx' %}
        {% do run_query('select count(*) from ' ~ customer_health._read_xlsx(file, table_name)) %}
    {% endif %}
{% endmacro %}


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


{% macro _store_bad_lines() %}
    {{ return(", store_rejects = true, rejects_table = 'bad_lines', rejects_scan = 'scans_of_bad_lines'") }}
{% endmacro %}


{% macro _raise_bad_line(file, line, fault) %}
    {{ exceptions.raise_compiler_error(
        file ~ ", line " ~ line ~ ": " ~ fault
        ~ (" Set csv_encoding (cp1252 or utf-16), or save it as UTF-8." if 'not utf-8' in fault)
    ) }}
{% endmacro %}


{# DuckDB accepts a list truncated after a comma, unless it is read as one value. #}
{% macro _check_json(file, table_name) %}
    {% set format = customer_health._json_formats([file])[file] %}
    {% do run_query('select max(hash(records)) from ' ~ customer_health._read_json([file], format, table_name) ~ ' as records') %}
    {% if format == 'array' %}
        {% do run_query(
            "select count(*) from read_json_objects(" ~ customer_health._glob_literal(file)
            ~ ", format = 'unstructured', maximum_object_size = 4000000000)"
        ) %}
    {% endif %}
{% endmacro %}
