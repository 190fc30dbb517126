{# Why an expression of column_map fails, before anything is written: a column that it lacks, or any other error. #}
{% macro expression_problems(table_name, column, source) %}
    {{ return(adapter.dispatch('expression_problems', 'customer_health')(
        "select *, case when true then " ~ customer_health.mapped_expression(table_name, column) ~ " end from " ~ source ~ " as raw"
    )) }}
{% endmacro %}


{# DuckDB can return a query's error instead of raising it. #}
{% macro duckdb__expression_problems(query) %}
    {% set plan = fromjson(run_query(
        'select json_serialize_plan(' ~ customer_health.text_literal(query) ~ ')'
    ).columns[0].values()[0]) %}
    {% if plan.error and plan.error_subtype == 'COLUMN_NOT_FOUND' and plan.name %}
        {{ return({'lacking': plan.name, 'error': none}) }}
    {% elif plan.error and plan.error_type in ['parser', 'binder', 'catalog'] %}
        {{ return({'lacking': none, 'error': plan.error_message.splitlines()[0].rstrip('.')}) }}
    {% endif %}
    {{ return({'lacking': none, 'error': none}) }}
{% endmacro %}


{# Spark raises its error. #}
{% macro spark__expression_problems(query) %}
    {% do run_query(query ~ ' limit 0') %}
    {{ return({'lacking': none, 'error': none}) }}
{% endmacro %}


{# What to write in place of a text column, as those of a CSV are; no setting reaches into an expression. #}
{% macro _conversion(table_name, column, columns) %}
    {% set expression = customer_health.column_mapping(table_name, column).expression %}
    {% set used = [] %}
    {% for name in columns if modules.re.search('(?i)\\b' ~ modules.re.escape(name) ~ '\\b', expression) %}
        {% do used.append(name if modules.re.fullmatch('[a-z_][a-z0-9_]*', name) else customer_health.quoted_name(name)) %}
    {% endfor %}
    {% set text = used | first | default('amount', true) %}
    {% set separator = customer_health.decimal_separator(table_name) %}
    {% set format = customer_health.date_format(table_name) %}
    {% if column in customer_health.date_columns()[table_name] %}
        {% set type = 'date' if column.endswith('date') else 'timestamp' %}
        {% set value = "try_cast(" ~ text if format is none else "cast(try_strptime(" ~ text ~ ", '" ~ format ~ "')" %}
    {% else %}
        {% set type = 'decimal(18, 2)' %}
        {% set number = {'.': "replace(" ~ text ~ ", ',', '')", ',': "replace(replace(" ~ text ~ ", '.', ''), ',', '.')"}.get(separator, text) %}
        {% set value = "try_cast(" ~ number %}
    {% endif %}
    {{ return("A text has to be converted: write " ~ value ~ " as " ~ type ~ ") in place of " ~ text ~ ".") }}
{% endmacro %}
