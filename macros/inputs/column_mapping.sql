{# The entry of a column in column_map: a name in the raw table, {'value': …} or {'expression': …}. #}
{% macro column_mapping(table_name, column) %}
    {# read while dbt parses, before check_column_map can reject it #}
    {% set columns = customer_health.setting('column_map') %}
    {% set columns = columns.get(table_name) if columns is mapping else none %}
    {% set given = columns.get(column) if columns is mapping else none %}
    {# no_rows has the names of input_columns #}
    {{ return(given if given and not customer_health.is_left_out(table_name) else column) }}
{% endmacro %}
