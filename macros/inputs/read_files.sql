{% macro read_files(files, table_name) -%}
    {{ return(adapter.dispatch('read_files', 'customer_health')(files, table_name)) }}
{%- endmacro %}


{# Files with the same dialect are read together. #}
{% macro duckdb__read_files(files, table_name) -%}
    {%- set kind = customer_health.file_kind(files[0]) -%}
    {%- set dialects = customer_health.csv_dialects(files, table_name) if kind == 'csv' else {} -%}
    {%- set formats = customer_health.duckdb__json_formats(files) if kind == 'json' else {} -%}
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
            {%- do sources.append(customer_health.duckdb__read_csv(reader.files, reader.names, reader.dialect)) -%}
        {%- elif kind == 'json' -%}
            {%- do sources.append(customer_health.duckdb__read_json(reader.files, key, table_name)) -%}
        {%- elif kind == 'xlsx' -%}
            {%- do sources.append(customer_health.duckdb__read_xlsx(key, table_name)) -%}
        {%- else -%}
            {%- do sources.append(
                "read_parquet([" ~ customer_health._glob_literals(files) ~ "], union_by_name = true, hive_partitioning = false)"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ sources[0] if sources | length == 1 else '(select * from ' ~ sources | join(' union all by name select * from ') ~ ')' }}
{%- endmacro %}


{# DuckDB would guess all that is not set here: comments from a #, a preamble, a column from a folder `region=EMEA`. #}
{% macro duckdb__read_csv(files, names, dialect, options='') -%}
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


{# Spark would read many CSVs by position, after the header of one; so each file except Parquet is read by itself. #}
{% macro spark__read_files(files, table_name) -%}
    {%- set kind = customer_health.file_kind(files[0]) -%}
    {%- set dialects = customer_health.csv_dialects(files, table_name) if kind == 'csv' else {} -%}
    {%- set columns = {} -%}
    {%- set relations = {} -%}
    {%- for file in files if kind != 'parquet' -%}
        {%- if kind == 'csv' -%}
            {%- set relation = customer_health.spark__csv(file, dialects[file]) -%}
            {%- set raw_names = run_query('select * from ' ~ relation ~ ' limit 0').column_names | list -%}
            {%- set names = customer_health.unique_names(dialects[file].names) -%}
            {%- if raw_names | length != names | length -%}
                {{ exceptions.raise_compiler_error(file ~ ": Spark finds other columns in it than its first line names.") }}
            {%- endif -%}
        {%- else -%}
            {%- set names = adapter.dispatch('json_keys', 'customer_health')([file]) or customer_health._needed_names(table_name) -%}
            {%- set raw_names = names -%}
            {%- set relation = customer_health.spark__read_json(file, names, table_name) -%}
        {%- endif -%}
        {%- set sources = {} -%}
        {%- for name in names -%}
            {%- set source = customer_health.quoted_name(raw_names[loop.index0]) -%}
            {%- set is_cp1252 = kind == 'csv' and dialects[file].encoding == 'cp1252' -%}
            {%- do sources.update({name | lower: customer_health.spark__cp1252_text(source) if is_cp1252 else source}) -%}
            {%- do columns.setdefault(name | lower, customer_health.quoted_name(name)) -%}
        {%- endfor -%}
        {%- do relations.update({relation: sources}) -%}
    {%- endfor -%}
    {%- if kind != 'parquet' -%}
        (
        {%- for relation, sources in relations.items() %}
            select
                {%- for name, column in columns.items() %}
                {{ sources.get(name, 'cast(null as string)') }} as {{ column }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            from {{ relation }}
            {{ 'union all' if not loop.last }}
        {%- endfor %}
        )
    {%- elif files | length == 1 -%}
        parquet.{{ customer_health._spark_path(files[0]) }}
    {%- else -%}
        parquet.{{ customer_health._spark_path(files[0].rpartition('/')[0], '/*.parquet') }} with (mergeSchema = true)
    {%- endif -%}
{%- endmacro %}


{% macro spark__csv(file, dialect) -%}
    csv.{{ customer_health._spark_path(file) }} with (
        header = true, sep = '{{ dialect.delimiter }}', encoding = '{{ customer_health._java_encoding(dialect.encoding) }}', multiLine = true,
        escape = '"', mode = 'FAILFAST', columnNameOfCorruptRecord = '_'
    )
{%- endmacro %}


{# Spark reads latin-1, which has control characters where cp1252 has printable ones. #}
{% macro _java_encoding(encoding) %}
    {{ return({'cp1252': 'iso-8859-1'}.get(encoding, encoding)) }}
{% endmacro %}


{% macro spark__cp1252_text(column) %}
    {{ return(
        "translate(" ~ column ~ ", '\\u0080\\u0082\\u0083\\u0084\\u0085\\u0086\\u0087\\u0088\\u0089\\u008a\\u008b\\u008c\\u008e\\u0091\\u0092"
        ~ "\\u0093\\u0094\\u0095\\u0096\\u0097\\u0098\\u0099\\u009a\\u009b\\u009c\\u009e\\u009f', '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')"
    ) }}
{% endmacro %}


{# Spark takes every path for a pattern and cannot escape it. #}
{% macro _spark_path(path, pattern='') %}
    {% if modules.re.search('[\\]\\[{}*?`\\\\]', path) %}
        {{ exceptions.raise_compiler_error(
            "data_dir: Spark cannot read " ~ path ~ "; rename it without any of [ ] { } * ? ` and backslash."
        ) }}
    {% endif %}
    {{ return('`' ~ path ~ pattern ~ '`') }}
{% endmacro %}
