{# data_dir/<table>.parquet, data_dir/<table>.csv, or the files of the folder data_dir/<table>: exactly one of them. #}
{% macro input_files(table_name) %}
    {% set folder = (var('data_dir') | string).rstrip('/') %}
    {% set stem = folder ~ '/' ~ table_name %}
    {% set found = adapter.dispatch('find_files', 'customer_health')(folder, table_name) | select | list %}
    {% if found | length == 0 %}
        {{ exceptions.raise_compiler_error(
            "data_dir: no input for " ~ table_name ~ "; expected " ~ stem ~ ".parquet, " ~ stem
            ~ ".csv or a folder " ~ stem ~ "/ of such files."
        ) }}
    {% elif found | length > 1 %}
        {{ exceptions.raise_compiler_error(
            "data_dir: more than one input for " ~ table_name ~ ": " ~ found[0][0] ~ " and "
            ~ found[1][0] ~ "; keep one of them."
        ) }}
    {% endif %}
    {{ return(found[0]) }}
{% endmacro %}


{% macro duckdb__find_files(folder, table_name) %}
    {% set stem = customer_health._glob_literal(folder ~ '/' ~ table_name)[:-1] %}
    {% set found = [] %}
    {% for ending in ['.parquet', '.csv', '/*.parquet', '/*.csv'] %}
        {% set files = run_query('select file from glob(' ~ stem ~ ending ~ "') order by file").columns[0].values() %}
        {% do found.append(files | list) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{# What reads any file as bytes tells their paths without opening them. It tells them in full, so that the folder is what
   ends where the rest begins. #}
{% macro spark__find_files(folder, table_name) %}
    {% set tail = modules.re.sub('^([.]/)+', '', folder) %}
    {% if tail.split('/') | select('in', ['.', '..']) | list %}
        {{ exceptions.raise_compiler_error("data_dir: '" ~ folder ~ "'; Spark needs a path without . and .. in it.") }}
    {% endif %}
    {% set start = '(^|/)' ~ modules.re.escape(tail.lstrip('/')) ~ '/' ~ table_name %}
    {% set paths = run_query(
        'select path from binaryFile.' ~ customer_health._spark_path(folder) ~ ' with (recursiveFileLookup = true) order by path'
    ).columns[0].values() %}
    {% set found = [] %}
    {% for ending in ['[.]parquet', '[.]csv', '/[^/]*[.]parquet', '/[^/]*[.]csv'] %}
        {% set files = [] %}
        {% for path in paths if modules.re.search(start ~ ending ~ '$', path) %}
            {% do files.append(path) %}
        {% endfor %}
        {% do found.append(files) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
