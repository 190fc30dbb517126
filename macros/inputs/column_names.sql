{# The names as they stand in a file. Of two columns of one name, DuckDB would give the second another one, so that a CSV and a
   sheet are asked for their first line. #}
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
        {% set keys = adapter.dispatch('json_keys', 'customer_health')([file]) %}
        {% for key in keys if not key or keys | map('lower') | select('equalto', key | lower) | list | length > 1 %}
            {{ exceptions.raise_compiler_error(
                file ~ (" has the column " ~ key | lower ~ " more than once; rename one of them." if key else " has a value without a name.")
            ) }}
        {% endfor %}
        {{ return(keys) }}
    {% elif kind == 'xlsx' %}
        {{ return(adapter.dispatch('xlsx_names', 'customer_health')(file)) }}
    {% endif %}
    {{ return(run_query('select * from ' ~ customer_health.read_files([file], table_name) ~ ' limit 0').column_names) }}
{% endmacro %}
