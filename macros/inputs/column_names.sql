{# Names as in the file. DuckDB renames the second of two equal columns, so for a CSV and a sheet the first line is read. #}
{% macro column_names(file, table_name, dialect) %}
    {% set kind = customer_health.file_kind(file) %}
    {% if kind == 'csv' %}
        {% if dialect.header_line > 1 %}
            {{ exceptions.raise_compiler_error(
                file ~ ": the first line is " ~ ("a title" if dialect.names | join else "blank") ~ ", the header is in line "
                ~ dialect.header_line ~ ". Delete the line" ~ ("s" if dialect.header_line > 2) ~ " above it."
            ) }}
        {% endif %}
        {{ return(dialect.names) }}
    {% elif kind == 'json' %}
        {% set keys = customer_health._json_keys([file]) %}
        {% for key in keys if not key or keys | map('lower') | select('equalto', key | lower) | list | length > 1 %}
            {{ exceptions.raise_compiler_error(
                file ~ (" has the column " ~ key | lower ~ " more than once; rename one of them." if key else " has a value without a name.")
            ) }}
        {% endfor %}
        {{ return(keys) }}
    {% elif kind == 'xlsx' %}
        {{ return(customer_health._xlsx_names(file)) }}
    {% endif %}
    {{ return(run_query('select * from ' ~ customer_health.read_files([file], table_name) ~ ' limit 0').column_names) }}
{% endmacro %}
