{# Converts unambiguous texts to ISO 8601; with date_format, texts in that format instead. Others stay as they are. #}
{% macro iso_text(text, table_name) -%}
    {{ return(adapter.dispatch('iso_text', 'customer_health')(text, customer_health.setting('date_format', table_name))) }}
{%- endmacro %}


{# Formats with a time go through strptime, which is as fast as a cast, not through here. #}
{% macro duckdb__iso_text(text, format) -%}
    {%- if format is none -%}
        {%- set day -%}
            regexp_replace({{ text }}, '^(?:([0-9]{4})/([0-9]{2})/([0-9]{2})|((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$)', '\1\4-\2\5-\3\6')
        {%- endset -%}
    {%- elif 'M' in format -%}
        {%- set day = text -%}
    {%- else -%}
        {%- set time = '[T ][0-9]{1,2}:.*' -%}
        {%- set day -%}
            case
                when regexp_full_match({{ text }}, '{{ customer_health.date_format_pattern(format) }}({{ time }})?')
                    then concat(
                        strftime(try_strptime(regexp_replace({{ text }}, '{{ time }}', ''), '{{ format }}'), '%Y-%m-%d'),
                        regexp_extract({{ text }}, '{{ time }}')
                    )
                else {{ text }}
            end
        {%- endset -%}
    {%- endif -%}
    regexp_replace(regexp_replace({{ day }}, '^(.{10}[T ])([0-9]:)', '\10\2'), '([0-9]) UTC$', '\1Z')
{%- endmacro %}


{# Spark's own formats read 69 as 2069, and are stricter or laxer than strptime. #}
{% macro spark__iso_text(text, format) -%}
    {%- if format is none -%}
        {%- set day -%}
            regexp_replace({{ text }}, '(?d)^(?:([0-9]{4})/([0-9]{2})/([0-9]{2})|((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$)', '$1$4-$2$5-$3$6')
        {%- endset -%}
    {%- else -%}
        {%- set pattern = '(?d)^' ~ customer_health.date_format_pattern(format) ~ ('$' if 'M' in format else '([T ][0-9]{1,2}:.*)?$') -%}
        {%- set day -%}
            case when {{ text }} rlike '{{ pattern }}' then {{ customer_health._from_date_format(text, format, pattern) }} else {{ text }} end
        {%- endset -%}
    {%- endif -%}
    regexp_replace(regexp_replace({{ day }}, '^(.{10}[T ])([0-9]:)', '$10$2'), '(?d)([0-9]) UTC$', '$1Z')
{%- endmacro %}


{# Converts a text that matches the pattern to ISO form. #}
{% macro _from_date_format(text, format, pattern) -%}
    {%- set part = {} -%}
    {%- for letter in modules.re.findall('%(.)', format) -%}
        {%- do part.update({letter: "regexp_extract(" ~ text ~ ", '" ~ pattern ~ "', " ~ loop.index ~ ")"}) -%}
    {%- endfor -%}
    {%- set months = 'jan01feb02mar03apr04may05jun06jul07aug08sep09oct10nov11dec12' -%}
    {%- set name = part.get('b', part.get('B')) -%}
    concat(
        {{ part.get('Y') or "if(" ~ part['y'] ~ " < '69', '20', '19'), " ~ part['y'] }}, '-',
        {{ "substr('" ~ months ~ "', instr('" ~ months ~ "', lower(substr(" ~ name ~ ", 1, 3))) + 3, 2)" if name
            else "lpad(" ~ part['m'] ~ ", 2, '0')" }}, '-',
        lpad({{ part['d'] }}, 2, '0'),
        {%- if 'M' not in part %}
        regexp_extract({{ text }}, '{{ pattern }}', {{ part | length + 1 }})
        {%- else %}
        ' ',
        lpad({{ "int(" ~ part['I'] ~ ") % 12 + if(lower(" ~ part['p'] ~ ") = 'pm', 12, 0)" if 'I' in part else part['H'] }}, 2, '0'),
        ':', {{ part['M'] }}
        {{- ", ':', " ~ part['S'] if 'S' in part }}
        {{- ", '.', " ~ part['f'] if 'f' in part }}
        {%- endif %}
    )
{%- endmacro %}
