{# How to read each CSV file: encoding, delimiter and column names. DuckDB would guess them from the rows, wrongly if one is too short
   or too long; here, the delimiter is the one under which the header has the needed columns. #}
{% macro _csv_dialects(files, table_name) %}
    {% set needed = customer_health._needed_names(table_name) %}
    {% set dialects = {} %}
    {% for file, start in customer_health._starts_of_csv(files, customer_health.setting('csv_encoding', table_name)).items() %}
        {% set dialect = {'encoding': start.encoding, 'header_line': 1} %}
        {% do dialect.update(customer_health._header(start.text, needed)) %}
        {% set lines = start.text.split('\n') %}
        {% for line in lines[1:] if dialect.num_needed < needed | length and dialect.header_line == 1 %}
            {% if customer_health._header(lines[loop.index:] | join('\n'), needed).num_needed == needed | length %}
                {% do dialect.update({'header_line': loop.index + 1}) %}
            {% endif %}
        {% endfor %}
        {% do dialects.update({file: dialect}) %}
    {% endfor %}
    {{ return(dialects) }}
{% endmacro %}


{# The best reading of the first record of a text; a name may have line breaks within quotation marks. #}
{% macro _header(text, needed) %}
    {% set record = modules.re.findall('^(?:"[^"]*"|[^"\n]|"(?![^"]*"))*', text)[0] %}
    {% set best = {'num_needed': -1, 'delimiter': ',', 'names': []} %}
    {% for delimiter in [',', ';', '\t', '|'] if text.strip() %}
        {% set names = [] %}
        {% for name in modules.re.findall('(?:^|[' ~ delimiter ~ '])( *"(?:[^"]|"")*" *|[^' ~ delimiter ~ ']*)', record) %}
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
    {% for column in customer_health.columns_of(table_name, presence=['needed', 'may be missing']) %}
        {% set given = customer_health.column_mapping(table_name, column) %}
        {% if given is string and (given != column or column not in customer_health.columns_of(table_name, presence=['may be missing'])) %}
            {% do names.append(given | lower) %}
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
        {% set is_utf8 = start.text and '\u0000' not in start.text %}
        {% set mark = '' if is_packed or (is_utf8 and encoding == 'utf-8') else customer_health._byte_order_mark(file) %}
        {% set known = 'utf-16' if mark.startswith('FFFE') else 'utf-8' if mark == 'EFBBBF' else encoding %}
        {% if mark.startswith('FEFF') %}
            {{ exceptions.raise_compiler_error(file ~ " is big-endian UTF-16 (it begins with FE FF); save it as UTF-8.") }}
        {% elif known == 'cp1252' and not customer_health._load_extension('encodings') %}
            {% do customer_health._raise_cp1252(file) %}
        {% elif known == 'utf-16' and not is_packed %}
            {% do customer_health._check_utf16(file) %}
        {% endif %}
        {% if known != 'utf-8' %}
            {% do start.update(customer_health._first_lines([file], known)[file]) %}
        {% endif %}
        {% if not start.text and start.fault %}
            {% do customer_health._raise_bad_line(file, start.bad_line, start.fault) %}
        {% endif %}
        {% do starts.update({file: {'encoding': known, 'text': start.text}}) %}
    {% endfor %}
    {{ return(starts) }}
{% endmacro %}


{% macro _byte_order_mark(file) %}
    {{ return(run_query(
        "select hex(content[1:3]) from read_blob(" ~ customer_health._glob_literals([file]) ~ ")"
    ).columns[0].values()[0]) }}
{% endmacro %}


{# DuckDB does not read surrogate pairs. #}
{% macro _check_utf16(file) %}
    {% if run_query(
        "select regexp_matches(hex(content), '^(?:....)*..D[89AB]') from read_blob(" ~ customer_health._glob_literals([file]) ~ ")"
    ).columns[0].values()[0] %}
        {{ exceptions.raise_compiler_error(
            file ~ " has characters beyond 16 bits, such as emoji, which DuckDB cannot read in UTF-16; save it as UTF-8."
        ) }}
    {% endif %}
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
