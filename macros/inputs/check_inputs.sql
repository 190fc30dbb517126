{# Runs before anything is written: a build on half of the inputs would look like a real one. #}
{% macro check_inputs() %}
    {# read by the last model only, and then only if it is there already #}
    {% do customer_health.date_setting('rebuild_from') %}
    {% if execute and (var('data_dir') or var('source_schema')) %}
        {% for table_name, needed in customer_health.input_columns().items() %}
            {% set origins = {} %}
            {% if var('source_schema') %}
                {% set relation = customer_health.raw_table(table_name) %}
                {% do origins.update({relation: relation}) %}
            {% else %}
                {# one by one: read together, a column that only some of the files have would be null in the others #}
                {% for file in customer_health.input_files(table_name) %}
                    {% do origins.update({file: customer_health.read_files([file])}) %}
                {% endfor %}
            {% endif %}
            {% for origin, source in origins.items() %}
                {% set columns = run_query('select * from ' ~ source ~ ' limit 0').column_names | map('lower') | list %}
                {% for column in needed if column not in columns %}
                    {{ exceptions.raise_compiler_error(
                        origin ~ " has no column " ~ column ~ "; it has " ~ columns | join(', ') ~ "."
                    ) }}
                {% endfor %}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}
