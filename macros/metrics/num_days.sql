{# Spans of the metric definitions, also in their column names. #}
{% macro num_days(span) -%}
    {{ return({'window': 90, 'ticket_aging': 14}[span]) }}
{%- endmacro %}
