{% macro raw_record(relation_alias, table_name) -%}
    {{ return(adapter.dispatch('raw_record', 'customer_health')(relation_alias, table_name)) }}
{%- endmacro %}


{% macro duckdb__raw_record(relation_alias, table_name) -%}
    {{ customer_health.raw_row(relation_alias) }}
{%- endmacro %}


{# Spark writes times into JSON in another format than into text, so the text is kept. #}
{% macro spark__raw_record(relation_alias, table_name) -%}
    {%- set fields = [] -%}
    {%- for name, type in customer_health.raw_columns(table_name).items() -%}
        {%- set column = relation_alias ~ '.' ~ customer_health.quoted_name(name) -%}
        {%- if type == 'timestamp' -%}
            {%- do fields.append("concat(cast(" ~ column ~ " as string), '+00') as " ~ customer_health.quoted_name(name)) -%}
        {%- elif type == 'timestamp_ntz' -%}
            {%- do fields.append("cast(" ~ column ~ " as string) as " ~ customer_health.quoted_name(name)) -%}
        {%- else -%}
            {%- do fields.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ 'struct(' ~ fields | join(', ') ~ ')' if fields else customer_health.raw_row(relation_alias) }}
{%- endmacro %}
