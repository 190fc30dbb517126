{# Which whole numbers are moments, and how many microseconds one is: seconds from 2001 up to 2030, as a later one could be an
   hour such as 2030033112, and milliseconds from 2001 on. None where date_format says how dates are written. #}
{% macro unix_times(table_name) %}
    {{ return({'1[0-8][0-9]{8}': 1000000, '[1-9][0-9]{12}': 1000} if customer_health.date_format(table_name) is none else {}) }}
{% endmacro %}
