{# Files with the same dialect are read together. #}
{% macro read_files(files, table_name) -%}
    {%- set kind = customer_health.file_kind(files[0]) -%}
    {%- set dialects = customer_health.csv_dialects(files, table_name) if kind == 'csv' else {} -%}
    {%- set formats = customer_health._json_formats(files) if kind == 'json' else {} -%}
    {%- set readers = {} -%}
    {%- for file in files -%}
        {%- if kind == 'csv' -%}
            {%- set dialect = dialects[file] -%}
            {%- set names = customer_health.unique_names(dialect.names) -%}
            {%- set key = (dialect.encoding, dialect.delimiter, names | join('\u0000')) -%}
            {%- do readers.setdefault(key, {'files': [], 'dialect': dialect, 'names': names}).files.append(file) -%}
        {%- elif kind == 'json' -%}
            {%- do readers.setdefault(formats[file], {'files': []}).files.append(file) -%}
        {%- else -%}
            {%- do readers.setdefault(file if kind == 'xlsx', {'files': []}).files.append(file) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set sources = [] -%}
    {%- for key, reader in readers.items() -%}
        {%- if kind == 'csv' -%}
            {%- do sources.append(customer_health._read_csv(reader.files, reader.names, reader.dialect)) -%}
        {%- elif kind == 'json' -%}
            {%- do sources.append(customer_health._read_json(reader.files, key, table_name)) -%}
        {%- elif kind == 'xlsx' -%}
            {%- do sources.append(customer_health._read_xlsx(key, table_name)) -%}
        {%- else -%}
            {%- do sources.append(
                "read_parquet([" ~ customer_health._glob_literals(files) ~ "], union_by_name = true, hive_partitioning = false)"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ sources[0] if sources | length == 1 else '(select * from ' ~ sources | join(' union all by name select * from ') ~ ')' }}
{%- endmacro %}


{# DuckDB would guess all that is not set here: comments from a #, a preamble, a column from a folder `region=EMEA`. #}
{% macro _read_csv(files, names, dialect, options='') -%}
    {%- set columns = [] -%}
    {%- for name in names -%}
        {%- do columns.append(customer_health.text_literal(name) ~ ": 'varchar'") -%}
    {%- endfor -%}
    read_csv(
        [{{ customer_health._glob_literals(files) }}],
        auto_detect = false,
        columns = {{ '{' ~ columns | join(', ') ~ '}' }},
        encoding = '{{ dialect.encoding }}',
        header = true,
        skip = 0,
        delim = '{{ dialect.delimiter }}',
        quote = '"',
        escape = '"',
        comment = '',
        hive_partitioning = false
        {{- options }}
    )
{%- endmacro %}


{% macro _glob_literals(paths) -%}
    {%- for path in paths -%}
        {{ customer_health._glob_literal(path) }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# A path as an SQL string without wildcards. #}
{% macro _glob_literal(path) %}
    {% set escaped = modules.re.sub('([*?\\[])', '[\\1]', path) %}
    {{ return("'" ~ escaped | replace("'", "''") ~ "'") }}
{% endmacro %}
