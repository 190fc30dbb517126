{# Where the rows of an input come from: each file, or the table, with what to read it by and the names of its columns in lower
   case. That there is none is added to the problems. #}
{% macro input_origins(table_name, problems) %}
    {% set sources = {} %}
    {% if var('data_dir') %}
        {# one by one: read together, a column that only some of the files have would be null in the others #}
        {% for file in customer_health.input_files(table_name, problems) %}
            {% do sources.update({file: customer_health.read_files([file])}) %}
        {% endfor %}
    {% elif customer_health.has_table(table_name) %}
        {% set relation = customer_health.raw_table(table_name) %}
        {% do sources.update({relation: relation}) %}
    {% else %}
        {% do problems.append("source_schema: there is no table " ~ customer_health.source_path(table_name) | join('.') ~ ".") %}
    {% endif %}
    {% set origins = {} %}
    {% for origin, source in sources.items() %}
        {% set columns = adapter.dispatch('column_names', 'customer_health')(origin, source) | map('lower') | list %}
        {% do origins.update({origin: {'source': source, 'columns': columns}}) %}
    {% endfor %}
    {{ return(origins) }}
{% endmacro %}
