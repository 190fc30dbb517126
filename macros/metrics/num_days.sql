{# The spans of days that the metrics are defined by; the names of their columns say them too. #}
{% macro num_days(span) -%}
    {{ return({'window': 90, 'ticket_aging': 14}[span]) }}
{%- endmacro %}
