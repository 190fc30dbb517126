{# A likely reason for a missing column, judging by the file. #}
{% macro reason_for_no_column(kind, columns, table_name) %}
    {% if kind == 'json' and not columns | select('in', customer_health._needed_names(table_name)) | list %}
        {{ return(" A list of records within a record is not read; save the list alone.") }}
    {% elif columns | length == 1 and kind == 'csv' %}
        {{ return(" Put commas, semicolons, tabs or | between the values.") }}
    {% endif %}
    {{ return(" Columns of another name go into column_map.") }}
{% endmacro %}
