{# How to read each CSV file: encoding, delimiter and column names. The delimiter is the one under which the header has the needed
   columns. #}
{% macro csv_dialects(files, table_name) %}
    {% set needed = customer_health._needed_names(table_name) %}
    {% set dialects = {} %}
    {% for file, start in customer_health._starts_of_csv(files, customer_health.csv_encoding(table_name)).items() %}
        {% set lines = start.lines %}
        {% set dialect = {'encoding': start.encoding, 'delimiter': ',', 'names': [], 'header_line': 1} %}
        {% if lines | select | list %}
            {% do dialect.update(customer_health._header(lines, needed)) %}
            {% for line in lines[1:] if dialect.num_needed < needed | length and dialect.header_line == 1 %}
                {% if customer_health._header(lines[loop.index:], needed).num_needed == needed | length %}
                    {% do dialect.update({'header_line': loop.index + 1}) %}
                {% endif %}
            {% endfor %}
        {% endif %}
        {% do dialects.update({file: dialect}) %}
    {% endfor %}
    {{ return(dialects) }}
{% endmacro %}


{# The best reading of a header, which may have line breaks within quotation marks. #}
{% macro _header(lines, needed) %}
    {% set record = [] %}
    {% for line in lines %}
        {% if not record or (record | join('\n')).split('"') | length % 2 == 0 %}
            {% do record.append(line) %}
        {% endif %}
    {% endfor %}
    {% set best = {'num_needed': -1, 'names': []} %}
    {% for delimiter in [',', ';', '\t', '|'] %}
        {% set names = [] %}
        {% for name in modules.re.findall('(?:^|[' ~ delimiter ~ '])( *"(?:[^"]|"")*" *|[^' ~ delimiter ~ ']*)', record | join('\n')) %}
            {% set name = name | trim %}
            {% do names.append(name[1:-1] | replace('""', '"') | trim if name.startswith('"') else name) %}
        {% endfor %}
        {% set found = names | map('lower') | select('in', needed) | unique | list | length %}
        {% if (found, names | length) > (best.num_needed, best.names | length) %}
            {% do best.update({'num_needed': found, 'names': names, 'delimiter': delimiter}) %}
        {% endif %}
    {% endfor %}
    {{ return(best) }}
{% endmacro %}


{# The names under which a table must have its columns, in lower case. #}
{% macro _needed_names(table_name) %}
    {% set names = [] %}
    {% for column in customer_health.input_columns()[table_name] %}
        {% set name = customer_health._column_name(table_name, column) %}
        {% if customer_health.column_mapping(table_name, column) is string
            and (name != column or column not in customer_health.dispensable_columns()[table_name]) %}
            {% do names.append(name | lower) %}
        {% endif %}
    {% endfor %}
    {{ return(names | unique | list) }}
{% endmacro %}


{# The encoding and first lines of each file. A byte order mark wins over the setting. Finding it means reading the whole file, so it
   is looked for only if the first lines are not UTF-8. #}
{% macro _starts_of_csv(files, encoding) %}
    {% set starts = {} %}
    {% for file, start in customer_health._first_lines(files, 'utf-8').items() %}
        {% set is_packed = file.lower().endswith('.gz') %}
        {% set is_utf8 = start.lines and '\u0000' not in start.lines | join %}
        {% set mark = '' if is_packed or (is_utf8 and encoding == 'utf-8') else customer_health._byte_order_mark(file) %}
        {% set known = 'utf-16' if mark.startswith('FFFE') else 'utf-8' if mark == 'EFBBBF' else encoding %}
        {% if mark.startswith('FEFF') %}
            {{ exceptions.raise_compiler_error(file ~ " is big-endian UTF-16 (it begins with FE FF); save it as UTF-8.") }}
        {% elif known == 'cp1252' and not customer_health._load_extension('encodings') %}
            {% do customer_health._raise_cp1252(file) %}
        {% elif known == 'utf-16' %}
            {% do customer_health._check_utf16(file) %}
        {% endif %}
        {% if known != 'utf-8' %}
            {% do start.update(customer_health._first_lines([file], known)[file]) %}
        {% endif %}
        {% if not start.lines and start.fault %}
            {% do customer_health._raise_bad_line(file, 1, start.fault) %}
        {% endif %}
        {% do starts.update({file: {'encoding': known, 'lines': start.lines}}) %}
    {% endfor %}
    {{ return(starts) }}
{% endmacro %}


{% macro _raise_cp1252(file) %}
    {% set name = "'" ~ file | replace("'", "'\\''") ~ "'" %}
    {% set convert = "iconv -f cp1252 -t utf-8" %}
    {{ exceptions.raise_compiler_error(
        file ~ " cannot be read: DuckDB's extension encodings, for cp1252, is not installed. Convert the file, and leave out csv_encoding: "
        ~ ("gunzip -c " ~ name ~ " | " ~ convert ~ " | gzip" if file.lower().endswith('.gz') else convert ~ " " ~ name)
        ~ " > converted && mv converted " ~ name
    ) }}
{% endmacro %}


{# DuckDB does not read surrogate pairs. #}
{% macro _check_utf16(file) %}
    {% if not file.lower().endswith('.gz') and run_query(
        "select regexp_matches(hex(content), '^(?:....)*..D[89AB]') from read_blob(" ~ customer_health._glob_literal(file) ~ ")"
    ).columns[0].values()[0] %}
        {{ exceptions.raise_compiler_error(
            file ~ " has characters beyond 16 bits, such as emoji, which DuckDB cannot read in UTF-16; save it as UTF-8."
        ) }}
    {% endif %}
{% endmacro %}


{% macro _byte_order_mark(file) %}
    {{ return(run_query(
        "select hex(content[1:3]) from read_blob(" ~ customer_health._glob_literal(file) ~ ")"
    ).columns[0].values()[0]) }}
{% endmacro %}


{# Each file's lines up to the first that is not in that encoding, and its fault; a blank line is an empty text. One query for all,
   because each takes time in dbt. #}
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
        select {{ loop.index0 }} as file, string_agg(coalesce(line, ''), chr(31)) as lines
        from (
            select left(line, 100000) as line
            from read_csv(
                {{ customer_health._glob_literal(file) }},
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
            any_value(first_lines.lines) as lines,
            min(bad_lines.line) as bad_line,
            arg_min(bad_lines.error_message, bad_lines.line) as fault
        from first_lines
        left join scans_of_bad_lines on scans_of_bad_lines.file_path = [{{ paths | join(', ') }}][first_lines.file + 1]
        left join bad_lines using (scan_id, file_id)
        group by first_lines.file
        order by first_lines.file
    {% endset %}
    {% set starts = {} %}
    {% for number, lines, bad_line, fault in run_query(query).rows %}
        {% set lines = [] if lines is none else lines.split('\u001f') %}
        {% do starts.update({files[number | int]: {'lines': lines if bad_line is none else lines[:(bad_line | int) - 1], 'fault': fault}}) %}
    {% endfor %}
    {{ return(starts) }}
{% endmacro %}
