{# The first lines of each text file, up to the first that is not in that encoding, and its fault. One query for all, because each takes
   time in dbt. #}
{% macro _first_lines(files, encoding) %}
    {% set paths = [] %}
    {% for file in files %}
        {% do paths.append(customer_health.text_literal(file)) %}
    {% endfor %}
    {% set query %}
        drop table if exists bad_lines;
        drop table if exists scans_of_bad_lines;
        create or replace temp table first_lines as
        {% for file in files %}
        select {{ loop.index0 }} as file, string_agg(coalesce(line, ''), chr(10)) as text
        from (
            select left(line, 100000) as line
            from read_csv(
                {{ customer_health._glob_literals([file]) }},
                columns = {'line': 'varchar'},
                auto_detect = false,
                header = false,
                delim = chr(31),
                quote = '',
                escape = '',
                comment = '',
                encoding = '{{ encoding }}',
                strict_mode = false,
                parallel = false
                {{- customer_health._store_bad_lines() }}
            )
            limit 20
        )
        {{ 'union all' if not loop.last else ';' }}
        {% endfor %}
        select
            first_lines.file,
            any_value(first_lines.text) as text,
            min(bad_lines.line) as bad_line,
            arg_min(bad_lines.error_message, bad_lines.line) as fault
        from first_lines
        left join scans_of_bad_lines on scans_of_bad_lines.file_path = [{{ paths | join(', ') }}][first_lines.file + 1]
        left join bad_lines using (scan_id, file_id)
        group by first_lines.file
        order by first_lines.file
    {% endset %}
    {% set starts = {} %}
    {% for number, text, bad_line, fault in run_query(query).rows %}
        {% set lines = (text or '').split('\n') %}
        {% set lines = lines if bad_line is none else lines[:(bad_line | int) - 1] %}
        {% do starts.update({files[number | int]: {'text': lines | join('\n'), 'bad_line': bad_line, 'fault': fault}}) %}
    {% endfor %}
    {{ return(starts) }}
{% endmacro %}


{% macro _store_bad_lines() %}
    {{ return(", store_rejects = true, rejects_table = 'bad_lines', rejects_scan = 'scans_of_bad_lines'") }}
{% endmacro %}


{% macro _raise_bad_line(file, line, fault) %}
    {{ exceptions.raise_compiler_error(
        file ~ ", line " ~ line ~ ": " ~ fault
        ~ (" Set csv_encoding (cp1252 or utf-16), or save it as UTF-8." if 'not utf-8' in fault)
    ) }}
{% endmacro %}


{# Whether an extension of DuckDB can be used: loaded if installed, never downloaded. #}
{% macro _load_extension(name) %}
    {% set state = run_query("select installed, loaded from duckdb_extensions() where extension_name = '" ~ name ~ "'").rows %}
    {% if not state or not (state[0][0] or state[0][1]) %}
        {{ return(false) }}
    {% elif not state[0][1] %}
        {% do run_query('load ' ~ name) %}
    {% endif %}
    {{ return(true) }}
{% endmacro %}
