{% macro check_column_map() %}
    {% set column_map = var('column_map') %}
    {% set tables = {} %}
    {% for table_name, columns in customer_health.input_columns().items() %}
        {% do tables.update({table_name: columns + customer_health.optional_columns()[table_name]}) %}
    {% endfor %}
    {% if column_map is not mapping or column_map.values() | select('mapping') | list | length < column_map | length %}
        {{ exceptions.raise_compiler_error(
            "column_map: expected a mapping such as {login_events: {login_timestamp: created_at}}."
        ) }}
    {% endif %}
    {% for table_name, columns in column_map.items() %}
        {% if table_name not in tables %}
            {{ exceptions.raise_compiler_error(
                "column_map: '" ~ table_name ~ "' is no table; the tables are " ~ tables | join(', ') ~ "."
            ) }}
        {% endif %}
        {% for column, name in columns.items() %}
            {% if column not in tables[table_name] %}
                {{ exceptions.raise_compiler_error(
                    "column_map: '" ~ column ~ "' is no column of " ~ table_name ~ "; its columns are "
                    ~ tables[table_name] | join(', ') ~ "."
                ) }}
            {% elif name is not string or not name %}
                {{ exceptions.raise_compiler_error(
                    "column_map: " ~ table_name ~ "." ~ column ~ " is '" ~ name ~ "'; expected the name of a column."
                ) }}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% if column_map and not (var('data_dir') or var('source_schema')) %}
        {{ exceptions.raise_compiler_error("column_map needs data_dir or source_schema; the seeds have the names that are expected.") }}
    {% endif %}
{% endmacro %}
