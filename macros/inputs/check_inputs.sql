{# Runs before anything is written: a build on half of the inputs would look like a real one. What is missing is told at once, in
   whichever of the inputs it is. #}
{% macro check_inputs() %}
    {% if execute and customer_health.is_selected() and (var('data_dir') or var('source_schema')) %}
        {% set problems, remarks, inputs = [], [], {} %}
        {% for table_name in customer_health.input_columns() %}
            {% do inputs.update({table_name: customer_health.input_origins(table_name, problems)}) %}
        {% endfor %}
        {% for table_name, origins in inputs.items() %}
            {% do customer_health.check_columns(table_name, origins, problems, remarks) %}
        {% endfor %}
        {% if problems %}
            {{ exceptions.raise_compiler_error(problems | unique | join(' ')) }}
        {% endif %}
        {% for table_name, origins in inputs.items() %}
            {% for origin, found in origins.items() if var('data_dir') %}
                {% do adapter.dispatch('check_lines', 'customer_health')(origin, found.columns | length) %}
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
        {% for remark in remarks if var('source_check_severity') != 'off' %}
            {% do exceptions.warn(remark) %}
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
