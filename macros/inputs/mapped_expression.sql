{# The line break is there because an expression may end with a comment. #}
{% macro mapped_expression(table_name, column) %}
    {% set expression = customer_health.column_mapping(table_name, column).expression %}
    {% if column in ['arr', 'quantity'] %}
        {% set expression = customer_health.with_numbers(expression, customer_health.text_columns(table_name), table_name) %}
    {% endif %}
    {{ return('(' ~ expression ~ '\n)') }}
{% endmacro %}
