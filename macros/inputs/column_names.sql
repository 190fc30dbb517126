{# The names as they stand in an input. Of two columns of one name, DuckDB would give the second another one, so that a CSV and a
   sheet are asked for their first line. #}
{% macro column_names(origin, table_name, dialect) %}
    {% set kind = customer_health.file_kind(origin) if var('data_dir') %}
    {% if kind == 'csv' %}
        {% if dialect.header_line > 1 %}
            {{ exceptions.raise_compiler_error(
                origin ~ ": the first line is " ~ ("a title" if dialect.names | join else "blank") ~ ", the header is in line "
                ~ dialect.header_line ~ ". Delete the line" ~ ("s" if dialect.header_line > 2) ~ " above it."
            ) }}
        {% endif %}
        {{ return(dialect.names) }}
    {% elif kind == 'json' %}
        {% set keys = adapter.dispatch('json_keys', 'customer_health')([origin]) %}
        {% for key in keys if not key or keys | map('lower') | select('equalto', key | lower) | list | length > 1 %}
            {{ exceptions.raise_compiler_error(
                origin ~ (" has the column " ~ key | lower ~ " more than once; rename one of them." if key else " has a value without a name.")
            ) }}
        {% endfor %}
        {{ return(keys or customer_health._needed_names(table_name)) }}
    {% elif kind == 'xlsx' %}
        {{ return(adapter.dispatch('xlsx_names', 'customer_health')(origin)) }}
    {% endif %}
    {% set source = customer_health.read_files([origin], table_name) if kind else origin %}
    {{ return(run_query('select * from ' ~ source ~ ' limit 0').column_names) }}
{% endmacro %}
