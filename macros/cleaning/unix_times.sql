{# Whole numbers that are times, with their unit in microseconds: seconds from 2001 to 2030, as later ones could be an hour such as
   2030033112, and milliseconds from 2001 on. None with date_format. #}
{% macro unix_times(table_name) %}
    {{ return({'1[0-8][0-9]{8}': 1000000, '[1-9][0-9]{12}': 1000} if customer_health.setting('date_format', table_name) is none else {}) }}
{% endmacro %}
