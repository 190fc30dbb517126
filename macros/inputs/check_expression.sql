{# Why an expression of column_map fails, before anything is written: a column that it lacks, or any other error. #}
{% macro _check_expression(table_name, column, origin, found, missing, errors) %}
    {% set expression = customer_health._expression(customer_health.column_mapping(table_name, column)) %}
    {% set source = customer_health._read_files([origin], table_name) if found.is_file else origin %}
    {% set problem = adapter.dispatch('expression_problem', 'customer_health')(
        "select *, case when true then " ~ expression ~ " end from " ~ source ~ " as raw"
    ) %}
    {% if problem.missing %}
        {% do missing.append(problem.missing) %}
    {% elif problem.error %}
        {% do errors.append(
            "column_map: the expression of " ~ table_name ~ "." ~ column ~ " cannot be computed from " ~ origin ~ ": " ~ problem.error ~ "."
            ~ (" " ~ customer_health._conversion(table_name, column, expression, found.columns) if 'VARCHAR' in problem.error)
        ) %}
    {% endif %}
{% endmacro %}


{# DuckDB can return a query's error instead of raising it. #}
{% macro duckdb__expression_problem(query) %}
    {% set plan = fromjson(run_query(
        'select json_serialize_plan(' ~ customer_health.text_literal(query) ~ ')'
    ).columns[0].values()[0]) %}
    {% if plan.error and plan.error_subtype == 'COLUMN_NOT_FOUND' and plan.name %}
        {{ return({'missing': plan.name}) }}
    {% elif plan.error and plan.error_type in ['parser', 'binder', 'catalog'] %}
        {{ return({'error': plan.error_message.splitlines()[0].rstrip('.')}) }}
    {% endif %}
    {{ return({}) }}
{% endmacro %}


{# Spark raises its error. #}
{% macro spark__expression_problem(query) %}
    {% do run_query(query ~ ' limit 0') %}
    {{ return({}) }}
{% endmacro %}


{# What to write in place of a text column, as those of a CSV are; no setting reaches into an expression. #}
{% macro _conversion(table_name, column, expression, columns) %}
    {% set used = [] %}
    {% for name in columns if modules.re.search('(?i)\\b' ~ modules.re.escape(name) ~ '\\b', expression) %}
        {% do used.append(name if modules.re.fullmatch('[a-z_][a-z0-9_]*', name) else customer_health.quoted_name(name)) %}
    {% endfor %}
    {% set text = used | first | default('amount', true) %}
    {% if column in customer_health.columns_of(table_name, kinds=['date', 'timestamp']) %}
        {% set type = 'date' if column.endswith('date') else 'timestamp' %}
        {% set format = customer_health.setting('date_format', table_name) %}
        {% set value = "try_cast(" ~ text if format is none else "cast(try_strptime(" ~ text ~ ", '" ~ format ~ "')" %}
    {% else %}
        {% set type = 'decimal(18, 2)' %}
        {% set plain = {'.': "replace(" ~ text ~ ", ',', '')", ',': "replace(replace(" ~ text ~ ", '.', ''), ',', '.')"} %}
        {% set value = "try_cast(" ~ plain.get(customer_health.setting('decimal_separator', table_name), text) %}
    {% endif %}
    {{ return("A text has to be converted: write " ~ value ~ " as " ~ type ~ ") in place of " ~ text ~ ".") }}
{% endmacro %}
