{# Names of the tables in source_schema. #}
{% macro source_tables() %}
    {% set names = {} %}
    {% for table_name in customer_health.input_columns() %}
        {% do names.update({table_name: table_name}) %}
    {% endfor %}
    {% set given = customer_health.setting('source_tables') %}
    {% if given is not mapping %}
        {{ exceptions.raise_compiler_error("source_tables: expected a mapping such as {customers: accounts}.") }}
    {% endif %}
    {% for table_name, name in given.items() %}
        {% if table_name not in names %}
            {{ exceptions.raise_compiler_error(
                "source_tables: unknown table '" ~ table_name ~ "'; the tables are " ~ names | join(', ') ~ "."
            ) }}
        {% elif name is not string or not name | trim %}
            {{ exceptions.raise_compiler_error(
                "source_tables: " ~ table_name ~ " is '" ~ name ~ "'; expected the name of a table in source_schema."
            ) }}
        {% endif %}
        {% do names.update({table_name: name}) %}
    {% endfor %}
    {% if given and not customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error(
            "source_tables needs source_schema, the schema of the tables; for files, rename the files."
        ) }}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
