{# The parts as in the source, so that the row can be found there; a missing part is empty. The result of an expression is not in the
   source, so it appears as it was cleaned. #}
{% macro joined_key(record, table_name, columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set given = customer_health.column_mapping(table_name, column) -%}
        {%- if given is mapping and 'expression' in given -%}
            {%- set part = column -%}
        {%- elif given is mapping -%}
            {%- set part = customer_health.raw_column(table_name, column) -%}
        {%- else -%}
            {%- set part = record ~ '.' ~ customer_health.raw_column(table_name, column) -%}
        {%- endif -%}
        {%- do parts.append("coalesce(" ~ customer_health.clean_text(part) ~ ", '')") -%}
    {%- endfor -%}
    {{ parts | join(" || '|' || ") }}
{%- endmacro %}
