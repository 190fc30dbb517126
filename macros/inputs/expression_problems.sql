{# What is wrong with an expression of column_map, before anything is written: the columns that a raw table lacks for it, and
   an error of any other kind. #}
{% macro expression_problems(table_name, column, source) %}
    {{ return(adapter.dispatch('expression_problems', 'customer_health')(
        "select *, case when true then " ~ customer_health.mapped_expression(table_name, column) ~ " end from ", source
    )) }}
{% endmacro %}


{# DuckDB tells what a query would do without doing it, and an error as an answer. One column after the other is said to be there,
   to find the next one that is not. #}
{% macro duckdb__expression_problems(query, source) %}
    {% set found = namespace(error=none, done=false) %}
    {% set lacking = [] %}
    {% for attempt in range(20) %}
        {% if not found.done %}
            {% set added = [] %}
            {% for name in lacking %}
                {% do added.append(', null as ' ~ customer_health.quoted_name(name)) %}
            {% endfor %}
            {% set plan = fromjson(run_query(
                'select json_serialize_plan(' ~ customer_health.text_literal(
                    query ~ '(select *' ~ added | join ~ ' from ' ~ source ~ ') as raw'
                ) ~ ')'
            ).columns[0].values()[0]) %}
            {% if plan.error and plan.error_subtype == 'COLUMN_NOT_FOUND' and plan.name and plan.name not in lacking %}
                {% do lacking.append(plan.name) %}
            {% else %}
                {% set found.done = true %}
                {% if plan.error and plan.error_type in ['parser', 'binder', 'catalog'] %}
                    {% set found.error = plan.error_message.splitlines()[0] %}
                {% endif %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {{ return({'lacking': lacking, 'error': found.error}) }}
{% endmacro %}


{# Spark says it by failing. #}
{% macro spark__expression_problems(query, source) %}
    {% do run_query(query ~ source ~ ' as raw limit 0') %}
    {{ return({'lacking': [], 'error': none}) }}
{% endmacro %}
