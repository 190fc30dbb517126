{# data_dir/<table>.csv or another format of file_kind, or the files in the folder data_dir/<table>: exactly one of these. If there
   are none, adds to the problems or raises. #}
{% macro _input_files(table_name, problems=none) %}
    {% set folder = modules.re.sub('(?<!:)/+', '/', customer_health.setting('data_dir') | string).rstrip('/') %}
    {% set stem = folder ~ '/' ~ table_name %}
    {% set listed = adapter.dispatch('list_files', 'customer_health')(folder, table_name) %}
    {% set found = {} %}
    {% set unread = [] %}
    {% for name, path in listed.items() %}
        {% set name_in_folder = name.removeprefix(table_name ~ '/') %}
        {% set kind = customer_health._file_kind(name) %}
        {% if kind and modules.re.fullmatch('(?i)' ~ table_name ~ '[.][a-z]+([.]gz)?', name) %}
            {% do found.update({name: [path]}) %}
        {% elif modules.re.fullmatch('(?i)' ~ table_name ~ '[.][^/]+', name) %}
            {% do unread.append(path) %}
        {# side files of programs, such as _SUCCESS, .DS_Store and ~$1.xlsx #}
        {% elif name_in_folder == name or modules.re.search('(^|/)([_.]|~[$])', name_in_folder) %}
        {% elif kind and '/' not in name_in_folder %}
            {% do found.setdefault(kind, []).append(path) %}
        {% else %}
            {{ exceptions.raise_compiler_error(
                "data_dir: " ~ path ~ " would be ignored"
                ~ ("; files have to be directly in " ~ stem ~ "/. Move it away." if kind
                    else ": " ~ customer_health._why_not_read(name) ~ ", or move it away.")
            ) }}
        {% endif %}
    {% endfor %}
    {% if found | length == 0 %}
        {% set problem = customer_health._reason_for_no_input(folder, table_name, listed, unread) %}
        {# a file that is there is meant to be read, whatever empty_inputs says #}
        {% set similar = [] %}
        {% for name in listed if modules.re.match('(?i)' ~ table_name ~ '[^/]', name) %}
            {% do similar.append(name) %}
        {% endfor %}
        {% if problems is none or similar and table_name in customer_health.setting('empty_inputs') %}
            {{ exceptions.raise_compiler_error(problem) }}
        {% endif %}
        {% do problems.append(problem) %}
        {{ return([]) }}
    {% elif found | length > 1 or unread %}
        {% set files = found.values() | map('first') | list + unread %}
        {{ exceptions.raise_compiler_error(
            "data_dir: more than one input for " ~ table_name ~ ": " ~ files[0] ~ " and "
            ~ files[1] ~ (" (" ~ customer_health._why_not_read(files[1]) ~ ")" if files[1] in unread) ~ "; keep one of them."
        ) }}
    {% endif %}
    {{ return(found.values() | first) }}
{% endmacro %}


{% macro _reason_for_no_input(folder, table_name, listed, unread) %}
    {% set stem = folder ~ '/' ~ table_name %}
    {% if '' in listed %}
        {{ return("data_dir: " ~ folder ~ " is a file; name the folder that it is in.") }}
    {% elif not listed %}
        {{ return(
            "data_dir: no file in " ~ (folder or '/') ~ ", or no such folder; a relative path starts where dbt is started."
        ) }}
    {% endif %}
    {% for name in listed if '/' in name and modules.re.match('(?i)' ~ table_name ~ '[.]', name) %}
        {% set subfolder = name.partition('/')[0] %}
        {% if customer_health._file_kind(subfolder) %}
            {{ return("data_dir: " ~ folder ~ "/" ~ subfolder ~ " is a folder; call it " ~ stem ~ ".") }}
        {% endif %}
    {% endfor %}
    {% set reasons = [] %}
    {% for path in unread %}
        {% do reasons.append(path ~ ' is not read: ' ~ customer_health._why_not_read(path)) %}
    {% endfor %}
    {# such as customers_2024.csv and Customers (1).csv #}
    {% for name, path in listed.items() if '/' not in name and path not in unread and name.lower().startswith(table_name) %}
        {% do reasons.append(path ~ ' is not read: its name is different') %}
    {% endfor %}
    {{ return(
        "data_dir: no input for " ~ table_name ~ "; expected " ~ stem
        ~ " with the ending .csv, .tsv, .json, .jsonl, .ndjson (each also .gz), .parquet or .xlsx, or a folder "
        ~ stem ~ "/ of files of one such kind." ~ (' ' ~ reasons[0] ~ '.' if reasons)
    ) }}
{% endmacro %}


{# By their names in the folder; a file with the folder's own name has none. #}
{% macro duckdb__list_files(folder, table_name) %}
    {% set files = {} %}
    {# ** does not follow links, so a linked folder needs the last pattern #}
    {% set patterns = ['', '/*', '/' ~ table_name ~ '*/**/*', '/' ~ table_name ~ '*/*/*'] %}
    {% for file in run_query(
        "select distinct file from glob(" ~ customer_health._glob_literals([folder], patterns) ~ ") order by file"
    ).columns[0].values() %}
        {% do files.update({file[folder | length + 1:]: file}) %}
    {% endfor %}
    {{ return(files) }}
{% endmacro %}


{# Only DuckDB reads files, so whatever is read of them is its SQL. #}
{% macro spark__list_files(folder, table_name) %}
    {{ exceptions.raise_compiler_error(
        "data_dir: Spark reads tables, not " ~ folder ~ ". Load the files as tables and set source_schema to their schema, or build on"
        ~ " DuckDB."
    ) }}
{% endmacro %}


{# The format of a file: parquet, csv, json or xlsx; none if it cannot be read. #}
{% macro _file_kind(name) %}
    {% set found = modules.re.search('(?i)[.](?:(parquet)|(csv|tsv)(?:[.]gz)?|(json|jsonl|ndjson)(?:[.]gz)?|(xlsx))$', name) %}
    {{ return(['parquet', 'csv', 'json', 'xlsx'][found.lastindex - 1] if found else none) }}
{% endmacro %}


{# Why a file cannot be read, and what to do about it. #}
{% macro _why_not_read(name) %}
    {% set ending = name.lower().rpartition('.')[2] %}
    {% if customer_health._file_kind(name) %}
        {{ return('there is something between its name and its ending') }}
    {% elif ending in ['zip', 'gz', 'tgz', 'bz2', 'xz', '7z', 'rar', 'tar', 'zst'] %}
        {{ return('it is compressed; unpack it' ~ (' (only CSV and JSON may be .gz)' if ending == 'gz' else '')) }}
    {% elif ending in ['xls', 'xlsm', 'xlsb', 'ods', 'numbers'] %}
        {{ return('it is a spreadsheet of another kind; save it as .xlsx, or as CSV UTF-8') }}
    {% elif ending in ['txt', 'tab', 'dat'] %}
        {{ return('if it is a CSV, rename it to .csv') }}
    {% endif %}
    {{ return('it is none of .parquet, .csv, .tsv, .json, .jsonl, .ndjson and .xlsx') }}
{% endmacro %}


{# Paths as a list of SQL strings without wildcards, but for the patterns at their ends. #}
{% macro _glob_literals(paths, patterns=['']) %}
    {% set texts = [] %}
    {% for path in paths %}
        {% set escaped = modules.re.sub('([*?\\[])', '[\\1]', path) | replace("'", "''") %}
        {% for pattern in patterns %}
            {% do texts.append("'" ~ escaped ~ pattern ~ "'") %}
        {% endfor %}
    {% endfor %}
    {{ return('[' ~ texts | join(', ') ~ ']') }}
{% endmacro %}
