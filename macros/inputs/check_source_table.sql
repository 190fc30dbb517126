{% macro check_source_table(table_name) %}
    {% set path = [var('source_database') or target.database, var('source_schema'), table_name] | select | list %}
    {% if not adapter.dispatch('has_table', 'customer_health')(*path) %}
        {{ exceptions.raise_compiler_error("source_schema: there is no table " ~ path | join('.') ~ ".") }}
    {% endif %}
{% endmacro %}


{# The adapter would put the names into a query as they are. #}
{% macro duckdb__has_table(database, schema, table_name) %}
    {% set conditions = [] %}
    {% for column, name in [('table_catalog', database), ('table_schema', schema), ('table_name', table_name)] %}
        {% do conditions.append("lower(" ~ column ~ ") = lower('" ~ name | replace("'", "''") ~ "')") %}
    {% endfor %}
    {{ return(run_query('select 1 from information_schema.tables where ' ~ conditions | join(' and ')).rows | length > 0) }}
{% endmacro %}


{# Spark knows a schema or none. #}
{% macro spark__has_table(schema, table_name) %}
    {{ return(adapter.get_relation(database=none, schema=schema, identifier=table_name) is not none) }}
{% endmacro %}
