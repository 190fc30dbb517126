{# Why an expression of column_map fails, before anything is written: missing columns or any other error. #}
{% macro expression_problems(table_name, column, source) %}
    {{ return(adapter.dispatch('expression_problems', 'customer_health')(
        "select *, case when true then " ~ customer_health.mapped_expression(table_name, column) ~ " end from ", source
    )) }}
{% endmacro %}


{# DuckDB can return a query's error instead of raising it. Missing columns are added one by one to find the next. #}
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


{# Spark raises its error. #}
{% macro spark__expression_problems(query, source) %}
    {% do run_query(query ~ source ~ ' as raw limit 0') %}
    {{ return({'lacking': [], 'error': none}) }}
{% endmacro %}
