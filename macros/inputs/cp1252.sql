{# DuckDB reads no cp1252, and no latin-1 with a euro sign or curly quotation marks. So bytes are decoded into text here, and text
   into records. Slow, and for files that fit into memory. #}
{% macro duckdb__read_cp1252(file, names, delimiter) -%}
    (
        {{ customer_health._cp1252_records(file, delimiter) | indent(8) }}

        select
            {%- for name in names %}
            case
                when starts_with(fields[{{ loop.index }}], '"')
                    then replace(fields[{{ loop.index }}][2:-2], '""', '"')
                else nullif(fields[{{ loop.index }}], '')
            end as {{ customer_health.quoted_name(name) }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from records
        where number > 1
    )
{%- endmacro %}


{% macro duckdb__first_lines_of_cp1252(file) %}
    select rtrim(unnest(string_split({{ customer_health.duckdb__cp1252_text('content[1:100000]') }}, chr(10))[1:20]), chr(13)) as line
    from read_blob({{ customer_health._glob_literal(file) }})
{%- endmacro %}


{# The first bad line, and its fault. #}
{% macro duckdb__bad_line_of_cp1252(file, num_columns, delimiter) -%}
    {{ customer_health._cp1252_records(file, delimiter) }}

    select
        line,
        case
            when not regexp_full_match('{{ delimiter }}' || text, '({{ customer_health._cp1252_field(delimiter) }})+')
                then 'A quotation mark is not where a value begins or ends.'
            when text like '%' || chr(129) || '%' or text like '%' || chr(141) || '%' or text like '%' || chr(143) || '%'
                or text like '%' || chr(144) || '%' or text like '%' || chr(157) || '%'
                then 'It has a byte that is undefined in cp1252.'
            when len(fields) <> {{ num_columns }}
                then 'Expected Number of Columns: {{ num_columns }} Found: ' || len(fields)
        end as fault
    from records
    where fault is not null
    order by line
    limit 1
{%- endmacro %}


{% macro _cp1252_field(delimiter) %}
    {{ return('[' ~ delimiter ~ ']("(?:[^"]|"")*"|[^' ~ delimiter ~ '"]*)') }}
{% endmacro %}


{# A blob is halved until its pieces are small, because DuckDB copies a large value for each row made of it. Pieces are cut into
   lines, and lines of one record joined again: those cut by a piece, or by a line break within quotation marks. #}
{% macro _cp1252_records(file, delimiter) -%}
    with recursive pieces as (

        select content as piece, 0 as start
        from read_blob({{ customer_health._glob_literal(file) }})
        union all
        select unnest([piece[:half], piece[half + 1:]]) as piece, unnest([start, start + half]) as start
        from (select *, octet_length(piece) // 2 as half from pieces) as halves
        where half >= 4096

    ),

    texts as (

        select start, string_split({{ customer_health.duckdb__cp1252_text('piece') }}, chr(10)) as parts
        from pieces
        where octet_length(piece) // 2 < 4096

    ),

    parts as (

        select start, unnest(parts) as part, unnest(range(len(parts))) as place
        from texts

    ),

    counted as (

        select
            *,
            sum(length(part) - length(replace(part, '"', ''))) over (
                order by start, place rows between unbounded preceding and 1 preceding
            ) as quotes_before,
            sum(case when place > 0 then 1 else 0 end) over (order by start, place rows unbounded preceding) + 1 as line
        from parts

    ),

    numbered as (

        select
            *,
            sum(case when place > 0 and quotes_before % 2 = 0 then 1 else 0 end) over (order by start, place rows unbounded preceding) as record
        from counted

    ),

    joined as (

        select
            min(line) as line,
            rtrim(
                string_agg(
                    case when place > 0 and quotes_before % 2 = 1 then chr(10) else '' end || part, ''
                    order by start, place
                ),
                chr(13)
            ) as text
        from numbered
        group by record

    ),

    records as (

        select
            line,
            text,
            row_number() over (order by line) as number,
            regexp_extract_all('{{ delimiter }}' || text, '{{ customer_health._cp1252_field(delimiter) }}', 1) as fields
        from joined
        where text <> ''

    )
{%- endmacro %}


{# DuckDB writes a byte beyond ASCII as \x80 into the text of a blob. It becomes the character itself or, for latin-1, its percent
   encoding. #}
{% macro duckdb__cp1252_text(blob) -%}
    {%- set state = namespace(text="replace(cast(" ~ blob ~ " as varchar), '%', '%25')") -%}
    {%- for code, character in {
        '80': '€', '82': '‚', '83': 'ƒ', '84': '„', '85': '…', '86': '†', '87': '‡', '88': 'ˆ', '89': '‰', '8A': 'Š', '8B': '‹',
        '8C': 'Œ', '8E': 'Ž', '91': '‘', '92': '’', '93': '“', '94': '”', '95': '•', '96': '–', '97': '—', '98': '˜', '99': '™',
        '9A': 'š', '9B': '›', '9C': 'œ', '9E': 'ž', '9F': 'Ÿ', '8': '%C2%8', '9': '%C2%9', 'A': '%C2%A', 'B': '%C2%B',
        'C': '%C3%8', 'D': '%C3%9', 'E': '%C3%A', 'F': '%C3%B', '': '%',
    }.items() -%}
        {%- set state.text = "replace(" ~ state.text ~ ", '\\x" ~ code ~ "', '" ~ character ~ "')" -%}
    {%- endfor -%}
    url_decode({{ state.text }})
{%- endmacro %}
