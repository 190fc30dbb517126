{# The parts as they stood in the source, so that the row can be found there; a missing part is empty. #}
{% macro joined_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(" ~ customer_health.clean_text(column) ~ ", '')") -%}
    {%- endfor -%}
    {{ parts | join(" || '|' || ") }}
{%- endmacro %}
