{# Records as text, with all their keys as columns; without records, the needed columns. #}
{% macro _read_json(files, format, table_name) -%}
    {%- set numbers = [] -%}
    {%- set keys = customer_health._json_keys(files, format) or customer_health._needed_names(table_name) -%}
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


{% macro _json_keys(files, format=none) %}
    {% set format = format or customer_health._json_formats(files)[files[0]] %}
    {{ return(run_query(
        "select distinct unnest(json_keys(json)) as key from read_json_objects([" ~ customer_health._glob_literals(files)
        ~ "], format = '" ~ format ~ "') order by key"
    ).columns[0].values() | list) }}
{% endmacro %}


{# Whether each file's records are in a list or one after the other. A first line that is too long to read is taken for a list. #}
{% macro _json_formats(files) %}
    {% set formats = {} %}
    {% for file, start in customer_health._first_lines(files, 'utf-8').items() %}
        {% set text = start.lines | join | trim %}
        {% if not text and 'not utf-8' in (start.fault or '') %}
            {{ exceptions.raise_compiler_error(file ~ ", line 1: not UTF-8, as JSON has to be; save it as UTF-8.") }}
        {% endif %}
        {% do formats.update({file: 'auto' if text and not text.startswith('[') else 'array'}) %}
    {% endfor %}
    {{ return(formats) }}
{% endmacro %}
