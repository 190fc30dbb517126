{# Runs before anything is written: a build on half of the inputs would look like a real one. #}
{% macro check_inputs() %}
    {% if execute and customer_health.is_selected() and (var('data_dir') or var('source_schema')) %}
        {% for table_name, needed in customer_health.input_columns().items() %}
            {% set optional = customer_health.optional_columns()[table_name] %}
            {% set having, lacking = {}, {} %}
            {% set origins = {} %}
            {% if var('source_schema') %}
                {% do customer_health.check_source_table(table_name) %}
                {% do origins.update({customer_health.raw_table(table_name): none}) %}
            {% else %}
                {# one by one: read together, a column that only some of the files have would be null in the others #}
                {% set files = customer_health.input_files(table_name) %}
                {% set dialects = customer_health.csv_dialects(files, table_name) if customer_health.file_kind(files[0]) == 'csv' else {} %}
                {% for file in files %}
                    {% do origins.update({file: dialects.get(file)}) %}
                {% endfor %}
            {% endif %}
            {% for origin, dialect in origins.items() %}
                {% set columns = customer_health.column_names(origin, table_name, dialect) | map('lower') | list %}
                {% if not columns %}
                    {{ exceptions.raise_compiler_error(origin ~ " is empty; it has to begin with the names of the columns.") }}
                {% endif %}
                {% for column in needed + optional %}
                    {% set name = customer_health._column_name(table_name, column) | lower %}
                    {% do (having if name in columns else lacking).setdefault(column, origin) %}
                    {# who gives it a name means that it is there #}
                    {% if name not in columns and (column in needed or name != column) %}
                        {{ exceptions.raise_compiler_error(
                            origin ~ " has no column " ~ name ~ "; it has " ~ columns | join(', ') ~ "."
                            ~ customer_health.reason_for_no_column(origin, columns, table_name)
                        ) }}
                    {% elif columns | select('equalto', name) | list | length > 1 %}
                        {{ exceptions.raise_compiler_error(
                            origin ~ " has the column " ~ name ~ " more than once; rename one of them."
                        ) }}
                    {% endif %}
                {% endfor %}
                {% if var('data_dir') %}
                    {% do adapter.dispatch('check_lines', 'customer_health')(origin, table_name, dialect) %}
                {% endif %}
            {% endfor %}
            {% for column in optional if column in having and column in lacking %}
                {{ exceptions.raise_compiler_error(
                    lacking[column] ~ " has no column " ~ customer_health._column_name(table_name, column) | lower ~ ", but "
                    ~ having[column] ~ " has; either all files of a table have it, or none."
                ) }}
            {% endfor %}
            {% if table_name not in customer_health.empty_inputs()
                and not run_query('select 1 from ' ~ customer_health.raw_table(table_name) ~ ' limit 1').rows %}
                {{ exceptions.raise_compiler_error(
                    table_name ~ ": no row in " ~ origins | first
                    ~ (" or the files beside it" if origins | length > 1 else "")
                    ~ ". Deliver it again; if it is meant to be empty, name it in empty_inputs: [" ~ table_name ~ "]."
                ) }}
            {% endif %}
        {% endfor %}
        {% do customer_health.check_currency() %}
    {% endif %}
{% endmacro %}
