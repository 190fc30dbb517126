{# A column of an input, mapped by column_map; null if it is optional and missing. #}
{% macro raw_column(table_name, column) %}
    {% set given = customer_health.column_mapping(table_name, column) %}
    {% if given is mapping and 'expression' in given %}
        {{ return(customer_health.mapped_expression(table_name, column)) }}
    {% elif given is mapping %}
        {{ return(customer_health.constant(given.value)) }}
    {% elif not customer_health.has_column(table_name, column) %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% endif %}
    {# an attribute's name may be an SQL keyword #}
    {% set is_ours = given == column and column not in customer_health.customer_attributes() %}
    {{ return(column if is_ours else customer_health.quoted_name(given)) }}
{% endmacro %}


{% macro _column_name(table_name, column) %}
    {% set given = customer_health.column_mapping(table_name, column) %}
    {{ return(given if given is string else column) }}
{% endmacro %}
