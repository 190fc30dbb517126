{# Runs before anything is written: a build on half of the inputs would look like a real one. #}
{% macro check_inputs() %}
    {% if execute and customer_health.is_selected() and (var('data_dir') or var('source_schema')) %}
        {% for table_name, needed in customer_health.input_columns().items() %}
            {% set optional = customer_health.optional_columns()[table_name] %}
            {% set having, lacking = {}, {} %}
            {% set origins = {} %}
            {% if var('source_schema') %}
                {% do customer_health.check_source_table(table_name) %}
                {% set relation = customer_health.raw_table(table_name) %}
                {% do origins.update({relation: relation}) %}
            {% else %}
                {# one by one: read together, a column that only some of the files have would be null in the others #}
                {% for file in customer_health.input_files(table_name) %}
                    {% do origins.update({file: customer_health.read_files([file])}) %}
                {% endfor %}
            {% endif %}
            {% for origin, source in origins.items() %}
                {% set columns = adapter.dispatch('column_names', 'customer_health')(origin, source) | map('lower') | list %}
                {% if not columns %}
                    {{ exceptions.raise_compiler_error(origin ~ " is empty; its first line has to name the columns.") }}
                {% endif %}
                {% for column in needed + optional %}
                    {% set name = customer_health._column_name(table_name, column) | lower %}
                    {% do (having if name in columns else lacking).setdefault(column, origin) %}
                    {# who gives it a name means that it is there #}
                    {% if name not in columns and (column in needed or name != column) %}
                        {{ exceptions.raise_compiler_error(
                            origin ~ " has no column " ~ name ~ "; it has " ~ columns | join(', ') ~ "."
                            ~ (" Save it with commas between the values." if modules.re.search('[;\t]', columns | join)
                               else " Columns of another name go into column_map.")
                        ) }}
                    {% elif columns | select('equalto', name) | list | length > 1 %}
                        {{ exceptions.raise_compiler_error(
                            origin ~ " has the column " ~ name ~ " more than once; rename one of them."
                        ) }}
                    {% endif %}
                {% endfor %}
                {% if var('data_dir') %}
                    {% do adapter.dispatch('check_lines', 'customer_health')(origin, columns | length) %}
                {% endif %}
            {% endfor %}
            {% for column in optional if column in having and column in lacking %}
                {{ exceptions.raise_compiler_error(
                    lacking[column] ~ " has no column " ~ customer_health._column_name(table_name, column) | lower ~ ", but "
                    ~ having[column] ~ " has; either all files of a table have it, or none."
                ) }}
            {% endfor %}
            {% if table_name not in customer_health.empty_inputs()
                and not run_query('select 1 from ' ~ customer_health.raw_table(table_name) ~ ' limit 1').rows %}
                {{ exceptions.raise_compiler_error(
                    table_name ~ ": no row in " ~ origins | first
                    ~ (" or the files beside it" if origins | length > 1 else "")
                    ~ ". Deliver it again; if it is meant to be empty, name it in empty_inputs: [" ~ table_name ~ "]."
                ) }}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# Of two columns of one name, DuckDB would give the second another one, so that a CSV is asked for its first line. #}
{% macro duckdb__column_names(origin, source) %}
    {% if var('source_schema') or origin.lower().endswith('.parquet') %}
        {{ return(run_query('select * from ' ~ source ~ ' limit 0').column_names) }}
    {% endif %}
    {% set first_line = run_query(
        "select line from read_csv(" ~ customer_health._glob_literal(origin) ~ ", columns = {'line': 'varchar'}, auto_detect = false, "
        ~ "header = false, delim = chr(31), quote = '', escape = '', comment = '', strict_mode = false, ignore_errors = true, parallel = false) limit 1"
    ).columns[0].values() | select('string') | join %}
    {% set names = [] %}
    {% for name in modules.re.findall('(?:^|,)("(?:[^"]|"")*"|[^,]*)', first_line) if first_line %}
        {% do names.append(name[1:-1] | replace('""', '"') if name.startswith('"') else name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}


{% macro spark__column_names(origin, source) %}
    {{ return(run_query('select * from ' ~ source ~ ' limit 0').column_names) }}
{% endmacro %}


{# Only reading a CSV to its end finds a line that does not fit. #}
{% macro duckdb__check_lines(file, num_columns) %}
    {% if not file.lower().endswith('.parquet') %}
        {% for table_name in ['bad_lines', 'scans_of_bad_lines'] %}
            {% do run_query('drop table if exists ' ~ table_name) %}
        {% endfor %}
        {% set columns = [] %}
        {% set lengths = [] %}
        {% for number in range(num_columns) %}
            {% do columns.append("'column" ~ number ~ "': 'varchar'") %}
            {% do lengths.append('max(length(column' ~ number ~ '))') %}
        {% endfor %}
        {% do run_query(
            "select " ~ lengths | join(', ') ~ " from read_csv(" ~ customer_health._glob_literal(file) ~ ", columns = {" ~ columns | join(', ')
            ~ "}, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', store_rejects = true, "
            ~ "rejects_table = 'bad_lines', rejects_scan = 'scans_of_bad_lines', rejects_limit = 1)"
        ) %}
        {% for line in run_query('select line, error_message from bad_lines order by line limit 1').rows %}
            {{ exceptions.raise_compiler_error(file ~ ", line " ~ line[0] ~ ": " ~ line[1]) }}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# Spark fails when it reads such a line. #}
{% macro spark__check_lines(file, num_columns) %}
{% endmacro %}
