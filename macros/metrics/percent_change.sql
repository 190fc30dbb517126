{% macro percent_change(current, previous) -%}
    {{ customer_health.rounded_ratio('100 * (' ~ current ~ ' - ' ~ previous ~ ')', previous) }}
{%- endmacro %}
