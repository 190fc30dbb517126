{# A likely reason for a missing column, judging by the file. #}
{% macro reason_for_no_column(kind, columns, table_name) %}
    {% if kind == 'json' and not columns | select('in', customer_health._needed_names(table_name)) | list %}
        {{ return(" A list within a record is not read; save the list alone.") }}
    {% elif columns | length == 1 and kind == 'csv' %}
        {{ return(" Put commas, semicolons, tabs or | between the values.") }}
    {% endif %}
    {{ return(" Map other column names with column_map.") }}
{% endmacro %}
