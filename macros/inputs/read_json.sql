{# A reader for the files that are lists, and one for those with one record after the other. #}
{% macro _json_sources(files, table_name) %}
    {% set readers = {} %}
    {% for file, format in customer_health._json_formats(files).items() %}
        {% do readers.setdefault(format, []).append(file) %}
    {% endfor %}
    {% set sources = [] %}
    {% for format, files in readers.items() %}
        {% do sources.append(customer_health._read_json(files, format, table_name)) %}
    {% endfor %}
    {{ return(sources) }}
{% endmacro %}


{# Records as text, with all their keys as columns; without records, the needed columns. #}
{% macro _read_json(files, format, table_name) -%}
    {%- set keys = customer_health._json_keys(files, format) or customer_health._needed_names(table_name) -%}
    {%- set numbers = [] -%}
    {%- for column in ['quantity', 'arr'] if customer_health.setting('decimal_separator', table_name) == ',' -%}
        {#- an expression may read any column -#}
        {%- set given = customer_health.column_mapping(table_name, column) -%}
        {%- do numbers.extend([customer_health._raw_name(table_name, column)] if given is string else keys) -%}
    {%- endfor -%}
    {%- set columns, texts = [], [] -%}
    {%- for key in keys -%}
        {%- set column = customer_health.quoted_name(key) -%}
        {%- set is_number = key | lower in numbers | map('lower') -%}
        {%- do columns.append(customer_health.text_literal(key) ~ (": 'json'" if is_number else ": 'varchar'")) -%}
        {#- JSON numbers always have a decimal point -#}
        {%- if is_number -%}
            {%- do texts.append(
                "case json_type(" ~ column ~ ") when 'VARCHAR' then " ~ column ~ " ->> '$' else replace(cast(" ~ column
                ~ " as varchar), '.', ',') end as " ~ column
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set source -%}
        read_json(
            {{ customer_health._glob_literals(files) }},
            auto_detect = false,
            columns = {{ '{' ~ columns | join(', ') ~ '}' }},
            format = '{{ format }}',
            records = true,
            hive_partitioning = false
        )
    {%- endset -%}
    {{ '(select * replace (' ~ texts | join(', ') ~ ') from ' ~ source ~ ')' if texts else source }}
{%- endmacro %}


{% macro _json_keys(files, format) %}
    {{ return(run_query(
        "select distinct unnest(json_keys(json)) as key from read_json_objects(" ~ customer_health._glob_literals(files)
        ~ ", format = '" ~ format ~ "') order by key"
    ).columns[0].values() | list) }}
{% endmacro %}


{# Whether each file's records are in a list or one after the other. A first line that is too long to read is taken for a list. #}
{% macro _json_formats(files) %}
    {% set formats = {} %}
    {% for file, start in customer_health._first_lines(files, 'utf-8').items() %}
        {% set text = start.text | trim %}
        {% if not text and 'not utf-8' in (start.fault or '') %}
            {{ exceptions.raise_compiler_error(file ~ ", line 1: not UTF-8, as JSON has to be; save it as UTF-8.") }}
        {% endif %}
        {% do formats.update({file: 'auto' if text and not text.startswith('[') else 'array'}) %}
    {% endfor %}
    {{ return(formats) }}
{% endmacro %}


{# DuckDB accepts a list truncated after a comma, unless it is read as one value. #}
{% macro _check_json(file, table_name) %}
    {% set format = customer_health._json_formats([file])[file] %}
    {% do run_query('select max(hash(records)) from ' ~ customer_health._read_json([file], format, table_name) ~ ' as records') %}
    {% if format == 'array' %}
        {% do run_query(
            "select count(*) from read_json_objects(" ~ customer_health._glob_literals([file])
            ~ ", format = 'unstructured', maximum_object_size = 4000000000)"
        ) %}
    {% endif %}
{% endmacro %}
