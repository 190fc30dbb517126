{# data_dir/<table>.parquet, .csv or .csv.gz, or the files of the folder data_dir/<table>: exactly one of them. That there is none
   is added to the problems, where somebody collects them. #}
{% macro input_files(table_name, problems=none) %}
    {% set folder = modules.re.sub('(?<!:)/+', '/', var('data_dir') | string).rstrip('/') %}
    {% set stem = folder ~ '/' ~ table_name %}
    {% set listed = adapter.dispatch('list_files', 'customer_health')(folder, table_name) %}
    {% set ending = '[.](parquet|csv|csv[.]gz)' %}
    {% set found = {} %}
    {% for name, path in listed.items() %}
        {% set name_in_folder = name.removeprefix(table_name ~ '/') %}
        {% if modules.re.fullmatch('(?i)' ~ table_name ~ ending, name) %}
            {% do found.update({name: [path]}) %}
        {# what programs leave beside their files, such as _SUCCESS and .DS_Store #}
        {% elif name_in_folder == name or modules.re.search('(^|/)[_.]', name_in_folder) %}
        {% elif modules.re.fullmatch('(?i)[^/]+' ~ ending, name_in_folder) %}
            {% do found.setdefault(name.lower().endswith('.parquet'), []).append(path) %}
        {% else %}
            {{ exceptions.raise_compiler_error(
                "data_dir: " ~ path ~ " would not be read; in " ~ stem ~ "/ are only .parquet, or only .csv and .csv.gz"
                ~ " files, side by side. Move it away."
            ) }}
        {% endif %}
    {% endfor %}
    {% if found | length == 0 %}
        {% set problem = customer_health._reason_for_no_input(folder, table_name, listed) %}
        {% if problems is none %}
            {{ exceptions.raise_compiler_error(problem) }}
        {% endif %}
        {% do problems.append(problem) %}
        {{ return([]) }}
    {% elif found | length > 1 %}
        {% set files = found.values() | list %}
        {{ exceptions.raise_compiler_error(
            "data_dir: more than one input for " ~ table_name ~ ": " ~ files[0][0] ~ " and "
            ~ files[1][0] ~ "; keep one of them."
        ) }}
    {% endif %}
    {{ return(found.values() | first) }}
{% endmacro %}


{% macro _reason_for_no_input(folder, table_name, listed) %}
    {% set stem = folder ~ '/' ~ table_name %}
    {% if '' in listed %}
        {{ return("data_dir: " ~ folder ~ " is a file; name the folder that it is in.") }}
    {% elif not listed %}
        {{ return(
            "data_dir: no file in " ~ (folder or '/') ~ ", or no such folder; a relative path starts where dbt is started."
        ) }}
    {% endif %}
    {% for name in listed if name.partition('/')[0] in [table_name ~ '.csv', table_name ~ '.parquet'] %}
        {{ return(
            "data_dir: " ~ folder ~ "/" ~ name.partition('/')[0] ~ " is a folder; call it " ~ stem ~ "."
        ) }}
    {% endfor %}
    {{ return(
        "data_dir: no input for " ~ table_name ~ "; expected " ~ stem ~ ".parquet, " ~ stem ~ ".csv, "
        ~ stem ~ ".csv.gz or a folder " ~ stem ~ "/ of such files."
    ) }}
{% endmacro %}


{% macro duckdb__list_files(folder, table_name) %}
    {% set files = {} %}
    {# ** does not follow links, so that what is in a linked folder needs the last pattern #}
    {% for pattern in ['', '/*', '/' ~ table_name ~ '*/**/*', '/' ~ table_name ~ '*/*/*'] %}
        {% set query = "select file from glob(" ~ customer_health._glob_literal(folder)[:-1] ~ pattern ~ "') order by file" %}
        {% for file in run_query(query).columns[0].values() %}
            {% do files.update({file[folder | length + 1:]: file}) %}
        {% endfor %}
    {% endfor %}
    {{ return(files) }}
{% endmacro %}


{# What reads any file as bytes tells their paths without opening them. It tells them in full, so that the folder is what
   ends where the rest begins. #}
{% macro spark__list_files(folder, table_name) %}
    {% set tail = modules.re.sub('^([.]/)+', '', folder) %}
    {% if tail.split('/') | select('in', ['.', '..']) | list %}
        {{ exceptions.raise_compiler_error("data_dir: '" ~ folder ~ "'; Spark needs a path without . and .. in it.") }}
    {% endif %}
    {% set start = '^.*?(^|/)' ~ modules.re.escape(tail.lstrip('/')) ~ '/' %}
    {% set files = {} %}
    {% for path in run_query(
        'select path from binaryFile.' ~ customer_health._spark_path(folder) ~ ' with (recursiveFileLookup = true) order by path'
    ).columns[0].values() %}
        {% do files.update({modules.re.sub(start, '', path): path}) %}
    {% endfor %}
    {{ return(files) }}
{% endmacro %}
