{# Texts that mean null in dates and numbers, in lower case. #}
{% macro null_values(table_name) %}
    {% set given = customer_health.table_setting('null_values', table_name) %}
    {% if given is none %}
        {{ return(customer_health._known_null_values()) }}
    {% endif %}
    {{ return(customer_health.list_setting('null_values', given) | map('lower') | unique | list) }}
{% endmacro %}


{# None of these could be read as a date or a number. #}
{% macro _known_null_values() %}
    {{ return(['null', 'none', 'n/a', 'na', 'nan', 'nat', '\\n', '-', '0000-00-00', '0000-00-00 00:00:00']) }}
{% endmacro %}
