{# A column of an input, mapped by column_map; null if it is optional and missing. #}
{% macro raw_column(table_name, column) %}
    {% set given = customer_health.column_mapping(table_name, column) %}
    {% if given is mapping and 'expression' in given %}
        {{ return(customer_health._expression(given)) }}
    {% elif given is mapping %}
        {{ return(customer_health._constant(given.value)) }}
    {% elif not customer_health.has_column(table_name, column) %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% endif %}
    {# an attribute's name may be an SQL keyword #}
    {% set is_ours = given == column and column not in customer_health.customer_attributes() %}
    {{ return(column if is_ours else customer_health.quoted_name(given)) }}
{% endmacro %}


{# The entry of a column in column_map: a name in the raw table, {'value': …} or {'expression': …}. #}
{% macro column_mapping(table_name, column) %}
    {# read while dbt parses, before check_column_map can reject it #}
    {% set columns = customer_health.setting('column_map') %}
    {% set columns = columns.get(table_name) if columns is mapping else none %}
    {% set given = columns.get(column) if columns is mapping else none %}
    {# what is left out has our names #}
    {{ return(given if given and not customer_health._is_left_out(table_name) else column) }}
{% endmacro %}


{# The name of a column in the raw table. #}
{% macro _raw_name(table_name, column) %}
    {% set given = customer_health.column_mapping(table_name, column) %}
    {{ return(given if given is string else column) }}
{% endmacro %}


{# The expressions in column_map for a table. #}
{% macro mapped_expressions(table_name) %}
    {% set found = [] %}
    {% for column in customer_health.columns_of(table_name) %}
        {% set given = customer_health.column_mapping(table_name, column) %}
        {% if given is mapping and 'expression' in given %}
            {% do found.append(customer_health._expression(given)) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{# The line break is there because an expression may end with a comment. #}
{% macro _expression(given) %}
    {{ return('(' ~ given.expression ~ '\n)') }}
{% endmacro %}


{# Quoted so that it cannot be anything but a value. A number stays one, whatever decimal_separator is. #}
{% macro _constant(value) %}
    {% set text = value | string %}
    {% if value is none %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% elif value is number and modules.re.fullmatch('-?[0-9]{1,18}([.][0-9]{1,9})?', text) %}
        {{ return('(' ~ text ~ ')') }}
    {% elif value is not string and modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text) %}
        {{ return("cast('" ~ text ~ "' as date)") }}
    {% endif %}
    {{ return(customer_health.text_literal(text)) }}
{% endmacro %}
