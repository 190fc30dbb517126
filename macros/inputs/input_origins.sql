{# The files or the table of an input, with column names in lower case; a file also has its kind and, for a CSV, its dialect. Adds to
   the problems if there are none. #}
{% macro input_origins(table_name, problems) %}
    {% set origins = {} %}
    {% set path = customer_health._input_path(table_name) %}
    {% if path and customer_health._has_table(table_name) %}
        {% set relation = customer_health.raw_table(table_name) %}
        {% set columns = run_query('select * from ' ~ relation ~ ' limit 0').column_names | map('lower') | list %}
        {% do origins.update({relation: {'columns': columns, 'is_file': false}}) %}
    {% elif path %}
        {% set setting = table_name ~ '_relation' if customer_health.has_relation(table_name) else 'source_schema' %}
        {% do problems.append(setting ~ ": there is no table " ~ path | join('.') ~ ".") %}
    {% elif customer_health.setting('data_dir') %}
        {# one by one, because a column that only some files have would silently be null in the others #}
        {% set files = customer_health._input_files(table_name, problems) %}
        {% set kind = customer_health._file_kind(files[0]) if files else none %}
        {% set dialects = customer_health._csv_dialects(files, table_name) if kind == 'csv' else {} %}
        {% for file in files %}
            {% set dialect = dialects.get(file) %}
            {% set columns = customer_health._file_columns(file, table_name, dialect) | map('lower') | list %}
            {% do origins.update({file: {'columns': columns, 'is_file': true, 'kind': kind, 'dialect': dialect}}) %}
        {% endfor %}
    {% else %}
        {% do problems.append(
            table_name ~ ": no input; set " ~ table_name ~ "_relation, data_dir or source_schema."
        ) %}
    {% endif %}
    {{ return(origins) }}
{% endmacro %}


{# Names as in the file. DuckDB renames the second of two equal columns, so for a CSV and a sheet the first line is read. #}
{% macro _file_columns(file, table_name, dialect) %}
    {% set kind = customer_health._file_kind(file) %}
    {% if kind == 'csv' %}
        {% if dialect.header_line > 1 %}
            {{ exceptions.raise_compiler_error(
                file ~ ": the first line is " ~ ("a title" if dialect.names | join else "blank") ~ ", the header is in line "
                ~ dialect.header_line ~ ". Delete the line" ~ ("s" if dialect.header_line > 2) ~ " above it."
            ) }}
        {% endif %}
        {{ return(dialect.names) }}
    {% elif kind == 'json' %}
        {% set keys = customer_health._json_keys([file], customer_health._json_formats([file])[file]) %}
        {% for key in keys if not key or keys | map('lower') | select('equalto', key | lower) | list | length > 1 %}
            {{ exceptions.raise_compiler_error(file ~ (
                " has the column " ~ key | lower ~ " more than once; rename one of them." if key else " has a value without a name."
            )) }}
        {% endfor %}
        {{ return(keys) }}
    {% elif kind == 'xlsx' %}
        {{ return(customer_health._xlsx_names(file)) }}
    {% endif %}
    {{ return(run_query('select * from ' ~ customer_health._read_files([file], table_name) ~ ' limit 0').column_names) }}
{% endmacro %}
