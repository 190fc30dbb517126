{# Records as text, with all their keys as columns; without records, the needed columns. #}
{% macro duckdb__read_json(files, format, table_name) -%}
    {%- set numbers = [] -%}
    {%- set keys = customer_health.duckdb__json_keys(files, format) or customer_health._needed_names(table_name) -%}
    {%- for column in ['quantity', 'arr'] if customer_health.decimal_separator(table_name) == ',' -%}
        {#- an expression may calculate with any column -#}
        {%- set is_name = customer_health.column_mapping(table_name, column) is string -%}
        {%- do numbers.extend([customer_health._column_name(table_name, column) | lower] if is_name else keys | map('lower')) -%}
    {%- endfor -%}
    {%- set columns = [] -%}
    {%- set replaced = [] -%}
    {%- for key in keys -%}
        {%- set column = customer_health.quoted_name(key) -%}
        {#- JSON numbers always have a decimal point -#}
        {%- if key | lower in numbers -%}
            {%- do replaced.append(
                "case json_type(" ~ column ~ ") when 'VARCHAR' then " ~ column ~ " ->> '$' else replace(cast(" ~ column
                ~ " as varchar), '.', ',') end as " ~ column
            ) -%}
        {%- endif -%}
        {%- do columns.append(customer_health.text_literal(key) ~ (": 'json'" if key | lower in numbers else ": 'varchar'")) -%}
    {%- endfor -%}
    {%- set source -%}
        read_json(
            [{{ customer_health._glob_literals(files) }}],
            auto_detect = false,
            columns = {{ '{' ~ columns | join(', ') ~ '}' }},
            format = '{{ format }}',
            records = true,
            hive_partitioning = false
        )
    {%- endset -%}
    {{ '(select * replace (' ~ replaced | join(', ') ~ ') from ' ~ source ~ ')' if replaced else source }}
{%- endmacro %}


{% macro duckdb__json_keys(files, format=none) %}
    {% set format = format or customer_health.duckdb__json_formats(files)[files[0]] %}
    {{ return(run_query(
        "select distinct unnest(json_keys(json)) as key from read_json_objects([" ~ customer_health._glob_literals(files)
        ~ "], format = '" ~ format ~ "') order by key"
    ).columns[0].values() | list) }}
{% endmacro %}


{# Whether each file's records are in a list or one after the other. A first line that is too long to read is taken for a list. #}
{% macro duckdb__json_formats(files) %}
    {% set formats = {} %}
    {% for file, start in customer_health.duckdb__first_lines(files, 'utf-8').items() %}
        {% set text = start.lines | join | trim %}
        {% if not text and 'not utf-8' in (start.fault or '') %}
            {{ exceptions.raise_compiler_error(file ~ ", line 1: not UTF-8, as JSON has to be; save it as UTF-8.") }}
        {% endif %}
        {% do formats.update({file: 'auto' if text and not text.startswith('[') else 'array'}) %}
    {% endfor %}
    {{ return(formats) }}
{% endmacro %}


{# Spark's own reader makes numbers floating point, and reads only the first record of a list in a file of lines. #}
{% macro spark__read_json(file, keys, table_name) -%}
    {%- if customer_health.decimal_separator(table_name) == ',' -%}
        {{ exceptions.raise_compiler_error(
            "decimal_separator: ',' cannot be used for " ~ file ~ ", because Spark does not tell JSON numbers from texts. Set it for other tables"
            ~ " only, such as {subscriptions: ','}."
        ) }}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- set columns = [] -%}
    {%- for key in keys -%}
        {%- do texts.append(customer_health.text_literal(key)) -%}
        {%- do columns.append(customer_health.quoted_name(key)) -%}
    {%- endfor -%}
    (select json_tuple(record, {{ texts | join(', ') }}) as ({{ columns | join(', ') }}) from {{ customer_health.spark__json_records(file) }})
{%- endmacro %}


{# Within another list, a truncated list, or one that something follows, is malformed. #}
{% macro spark__json_records(file) -%}
    {%- set text = 'text.' ~ customer_health._spark_path(file) -%}
    {%- set marked = "trim(leading '\\ufeff' from value)" -%}
    {%- set first_line = run_query("select " ~ marked ~ " from " ~ text ~ " where trim(value) <> '' limit 1").columns[0].values() -%}
    {%- if first_line and first_line[0].strip().startswith('[') -%}
        (
            select explode(from_json(concat('[', {{ marked }}, ']'), 'array<array<string>>', map('mode', 'FAILFAST'))[0]) as record
            from {{ text }} with (wholetext = true)
        )
    {%- else -%}
        (select {{ marked }} as record from {{ text }} where trim(value) <> '')
    {%- endif -%}
{%- endmacro %}


{% macro spark__json_keys(files) %}
    {{ return(run_query(
        'select distinct explode(json_object_keys(record)) as key from ' ~ customer_health.spark__json_records(files[0]) ~ ' order by key'
    ).columns[0].values() | list) }}
{% endmacro %}
