{# The parts as they stood in the source, so that the row can be found there; a missing part is empty. #}
{% macro joined_key(record, table_name, columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set part = record ~ '.' ~ customer_health.raw_column(table_name, column) -%}
        {%- do parts.append("coalesce(" ~ customer_health.clean_text(part) ~ ", '')") -%}
    {%- endfor -%}
    {{ parts | join(" || '|' || ") }}
{%- endmacro %}
