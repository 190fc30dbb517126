{# Whether the table or view of an input exists. #}
{% macro has_table(table_name) %}
    {{ return(adapter.dispatch('has_table', 'customer_health')(*customer_health.input_path(table_name))) }}
{% endmacro %}


{# The adapter would not quote the names. #}
{% macro duckdb__has_table(database, schema, table_name) %}
    {% set databases = run_query('select database_name from duckdb_databases() where not internal order by all').columns[0].values() %}
    {% if database == customer_health.setting('source_database') and database | lower not in databases | map('lower') | list %}
        {{ exceptions.raise_compiler_error(
            "source_database: there is no database " ~ database ~ "; it may be " ~ customer_health._listed(databases | list) ~ "."
        ) }}
    {% endif %}
    {% set conditions = [] %}
    {% for column, name in [('table_catalog', database), ('table_schema', schema), ('table_name', table_name)] %}
        {% do conditions.append("lower(" ~ column ~ ") = lower(" ~ customer_health.text_literal(name) ~ ")") %}
    {% endfor %}
    {{ return(run_query('select 1 from information_schema.tables where ' ~ conditions | join(' and ')).rows | length > 0) }}
{% endmacro %}


{# Spark has schemas, but no databases. #}
{% macro spark__has_table(schema, table_name) %}
    {{ return(adapter.get_relation(database=none, schema=schema, identifier=table_name) is not none) }}
{% endmacro %}
