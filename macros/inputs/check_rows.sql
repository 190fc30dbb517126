{# Reads an input to its end, as only that finds every bad line of a file, and asks for a row. #}
{% macro check_rows(table_name, origins) %}
    {% for origin, found in origins.items() %}
        {% if found.kind == 'csv' %}
            {% do customer_health._check_csv(origin, found.dialect) %}
        {% elif found.kind == 'json' %}
            {% do customer_health._check_json(origin, table_name) %}
        {% elif found.kind == 'xlsx' %}
            {% do run_query('select count(*) from ' ~ customer_health._read_xlsx(origin, table_name)) %}
        {% endif %}
    {% endfor %}
    {# --empty leaves tables of the same run without rows #}
    {% if origins and not flags.EMPTY and table_name not in customer_health.setting('empty_inputs')
        and not run_query('select 1 from ' ~ customer_health.raw_table(table_name) ~ ' limit 1').rows %}
        {{ exceptions.raise_compiler_error(
            table_name ~ ": no rows in " ~ origins | first ~ (" and the files beside it" if origins | length > 1 else "")
            ~ ". Export it again or, if it is meant to be empty, set empty_inputs: [" ~ table_name ~ "]."
        ) }}
    {% endif %}
{% endmacro %}
