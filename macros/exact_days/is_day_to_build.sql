{# A condition for rows that have the day of the model, true for those that this build needs. The materialization puts the days
   in its place; without it, every row is needed. #}
{% macro is_day_to_build() -%}
    true /* is_day_to_build */
{%- endmacro %}
