{# A row as one value, with the types of its columns. #}
{% macro _raw_row(relation_alias) -%}
    {{ return(adapter.dispatch('raw_row', 'customer_health')(relation_alias)) }}
{%- endmacro %}


{# The alias alone would be the whole row too, unless a column has the same name. #}
{% macro duckdb__raw_row(relation_alias) -%}
    struct_pack(*columns({{ relation_alias }}.*))
{%- endmacro %}


{% macro spark__raw_row(relation_alias) -%}
    struct({{ relation_alias }}.*)
{%- endmacro %}


{% macro raw_record(relation_alias, table_name) -%}
    {{ return(adapter.dispatch('raw_record', 'customer_health')(relation_alias, table_name)) }}
{%- endmacro %}


{% macro duckdb__raw_record(relation_alias, table_name) -%}
    {{ customer_health._raw_row(relation_alias) }}
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
    {{ 'struct(' ~ fields | join(', ') ~ ')' if fields else customer_health._raw_row(relation_alias) }}
{%- endmacro %}


{% macro record_as_json(record) -%}
    {{ return(adapter.dispatch('record_as_json', 'customer_health')(record)) }}
{%- endmacro %}


{% macro duckdb__record_as_json(record) -%}
    cast(to_json({{ record }}) as varchar)
{%- endmacro %}


{% macro spark__record_as_json(record) -%}
    to_json({{ record }}, map('ignoreNullFields', 'false', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss'))
{%- endmacro %}


{# Orders rows that differ only in how they are written; a missing value comes last. #}
{% macro _record_order(record) -%}
    {{ return(adapter.dispatch('record_order', 'customer_health')(record)) }}
{%- endmacro %}


{% macro duckdb__record_order(record) -%}
    {{ record }}
{%- endmacro %}


{# Spark sorts a null in a struct first. #}
{% macro spark__record_order(record) -%}
    transform(
        map_values(from_json({{ customer_health.record_as_json(record) }}, 'map<string, string>')),
        value -> struct(value is null, value)
    )
{%- endmacro %}


{# The parts as in the source, so that the row can be found there; a missing part is empty. The result of an expression is
   not in the source, so it appears as it was cleaned. #}
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


{# A query to watch. The verdict on an event depends on its raw row, the others of its day, and whether its customer is
   known. Expressions of column_map may read other rows. #}
{% macro raw_events(table_name, timestamp, customers) -%}
    {%- set moment = customer_health.raw_column(table_name, timestamp) -%}
    (
        select
            records.*,
            customers.customer_id is not null as is_customer_known
        from (
            select
                {{ customer_health.parse_timestamp(moment, table_name) }} as moment,
                {{ customer_health.clean_text(customer_health.raw_column(table_name, 'customer_id')) }} as customer_id,
                {%- for expression in customer_health.mapped_expressions(table_name) %}
                {{ expression }} as expression_{{ loop.index }},
                {%- endfor %}
                {{ customer_health._raw_row('raw') }} as record
            from (select * from {{ customer_health.raw_table(table_name) }}) as raw
        ) as records
        left join (select * from {{ customers }}) as customers on records.customer_id = customers.customer_id
    )
{%- endmacro %}
