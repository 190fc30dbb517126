{# The expression of a column. The line break is there because it may end with a comment. #}
{% macro mapped_expression(table_name, column) %}
    {{ return('(' ~ customer_health.column_mapping(table_name, column).expression ~ '\n)') }}
{% endmacro %}


{# The expressions in column_map for a table. #}
{% macro mapped_expressions(table_name) %}
    {% set found = [] %}
    {% for column in customer_health.input_columns()[table_name] + customer_health.optional_columns()[table_name] %}
        {% set given = customer_health.column_mapping(table_name, column) %}
        {% if given is mapping and 'expression' in given %}
            {% do found.append(customer_health.mapped_expression(table_name, column)) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
