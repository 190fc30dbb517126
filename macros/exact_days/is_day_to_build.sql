{# A condition that skips rows of days that are not built. The materialization replaces it; by itself it is true. #}
{% macro is_day_to_build() -%}
    true /* is_day_to_build */
{%- endmacro %}
