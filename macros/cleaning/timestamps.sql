{% macro parse_timestamp(column, table_name) -%}
    {%- set day = '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?' -%}
    {%- set zone = ' ?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)' -%}
    {{ return(adapter.dispatch('parse_timestamp', 'customer_health')(column, table_name, day, time, zone)) }}
{%- endmacro %}


{# typeof() of a column is constant to DuckDB, so only one branch is left when the query runs. #}
{% macro duckdb__parse_timestamp(column, table_name, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set iso_text = customer_health._iso_text(text, table_name) -%}
    {%- set format = customer_health.setting('date_format', table_name) -%}
    {%- set zone_name = customer_health.setting('reporting_timezone') -%}
    {#- DuckDB has infinity and dates before Christ, hardly any other tool does -#}
    {%- set first = "timestamp '0001-01-01'" -%}
    {%- set last = "timestamp '9999-12-31 23:59:59.999999'" -%}
    {#- truncated, because a cast from nanoseconds rounds and may reach the next day -#}
    {%- set microseconds = "regexp_replace(" ~ text ~ ", '([.][0-9]{6})[0-9]+', '\\1')" -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        when typeof({{ column }}) in ('DATE', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS')
            then case
                when try_cast({{ column }} as timestamp) between {{ first }} and {{ last }}
                    then try_cast({{ column }} as timestamp)
            end
        when typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE'
            then case
                when timezone('{{ zone_name }}', try_cast({{ column }} as timestamptz)) between {{ first }} and {{ last }}
                    then timezone('{{ zone_name }}', try_cast({{ column }} as timestamptz))
            end
        when typeof({{ column }}) = 'TIMESTAMP_NS'
            then try_cast({{ microseconds }} as timestamp)
        when typeof({{ column }}) = 'TIMESTAMPTZ_NS'
            then timezone('{{ zone_name }}', try_cast({{ microseconds }} as timestamptz))
        {%- for text in [text, iso_text] %}
        when regexp_full_match({{ text }}, '{{ day }}({{ time }})?')
            then try_cast({{ text }} as timestamp)
        when regexp_full_match({{ text }}, '{{ day }}{{ time }}{{ zone }}')
            then timezone(
                '{{ zone_name }}',
                try_cast(regexp_replace({{ text }}, ' ([Z+-])', '\1') as timestamptz)
            )
        {%- endfor %}
        {%- if format and 'M' in format %}
        when regexp_full_match({{ text }}, '{{ customer_health._date_format_pattern(format) }}')
            then try_strptime({{ text }}, '{{ format }}')
        {%- endif %}
        {%- for pattern, factor in customer_health._unix_times(table_name).items() %}
        when regexp_full_match({{ text }}, '{{ pattern }}')
            then timezone('{{ zone_name }}', make_timestamptz(cast({{ text }} as bigint) * {{ factor }}))
        {%- endfor %}
    end
{%- endmacro %}


{# A date or time is not read through text, which takes Spark longer than all the rest. If the type is unknown,
   to_timestamp_ltz is the only function for them that columns of other types pass as well, in the other branches. The offset
   is subtracted here, because Spark reads none beyond 18 hours, and none after a time without seconds. #}
{% macro spark__parse_timestamp(column, table_name, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set iso_text = customer_health._iso_text(text, table_name) -%}
    {%- set zone_name = customer_health.setting('reporting_timezone') -%}
    {%- set known_type = customer_health._type_of_raw_column(column, table_name) -%}
    {%- set moment = "cast(" ~ (column if known_type else "to_timestamp_ltz(" ~ column ~ ")") ~ " as timestamp_ntz)" -%}
    {%- set zoned_moment = "convert_timezone('UTC', '" ~ zone_name ~ "', " ~ moment ~ ")" -%}
    {%- set branches = {'date': moment, 'timestamp_ntz': moment, 'timestamp': zoned_moment} -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        {%- for type, value in branches.items() if known_type in [none, type] %}
        when typeof({{ column }}) = '{{ type }}'
            then case when year({{ value }}) between 1 and 9999 then {{ value }} end
        {%- endfor %}
        {%- if known_type not in branches %}
        {%- for text in [text, iso_text] %}
        {%- set hours = "int(concat('0', regexp_extract(" ~ text ~ ", '[+-]([0-9]{2}):?([0-9]{2})?$', 1)))" %}
        {%- set minutes = "int(concat('0', regexp_extract(" ~ text ~ ", '[+-]([0-9]{2}):?([0-9]{2})?$', 2)))" %}
        when {{ text }} rlike '(?d)^{{ day }}({{ time }})?$'
            then try_cast({{ text }} as timestamp_ntz)
        when {{ text }} rlike '(?d)^{{ day }}{{ time }}{{ zone }}$'
            then convert_timezone(
                'UTC',
                '{{ zone_name }}',
                try_cast(regexp_replace({{ text }}, '{{ zone }}$', '') as timestamp_ntz)
                - if({{ text }} rlike '-[0-9:]+$', -1, 1) * make_dt_interval(0, {{ hours }}, {{ minutes }})
            )
        {%- endfor %}
        {%- for pattern, factor in customer_health._unix_times(table_name).items() %}
        when {{ text }} rlike '(?d)^{{ pattern }}$'
            then convert_timezone(
                'UTC',
                '{{ zone_name }}',
                timestamp_ntz '1970-01-01 00:00:00'
                + make_dt_interval(0, 0, 0, cast(cast({{ text }} as bigint) * {{ factor }} as decimal(20, 0)) / 1000000)
            )
        {%- endfor %}
        {%- endif %}
    end
{%- endmacro %}


{# Saves Spark from planning branches of other types. None for an expression, and for the seeds. #}
{% macro _type_of_raw_column(column, table_name) %}
    {% if customer_health.has_own_data() %}
        {% for name, type in customer_health.raw_columns(table_name).items()
            if column | lower in [name | lower, customer_health.quoted_name(name) | lower] %}
            {{ return(type | lower) }}
        {% endfor %}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{% macro parse_date(column, table_name) -%}
    cast({{ customer_health.parse_timestamp(column, table_name) }} as date)
{%- endmacro %}


{# Converts unambiguous texts to ISO 8601; with date_format, texts in that format instead. Others stay as they are. #}
{% macro _iso_text(text, table_name) -%}
    {{ return(adapter.dispatch('iso_text', 'customer_health')(text, customer_health.setting('date_format', table_name))) }}
{%- endmacro %}


{# 2024/01/31 with or without a time, and 20240131. #}
{% macro _day_pattern() %}
    {{ return('^(?:([0-9]{4})/([0-9]{2})/([0-9]{2})|((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$)') }}
{% endmacro %}


{# Formats with a time go through strptime, which is as fast as a cast, not through here. #}
{% macro duckdb__iso_text(text, format) -%}
    {%- if format is none -%}
        {%- set day -%}
            regexp_replace({{ text }}, '{{ customer_health._day_pattern() }}', '\1\4-\2\5-\3\6')
        {%- endset -%}
    {%- elif 'M' in format -%}
        {%- set day = text -%}
    {%- else -%}
        {%- set time = '[T ][0-9]{1,2}:.*' -%}
        {%- set day -%}
            case
                when regexp_full_match({{ text }}, '{{ customer_health._date_format_pattern(format) }}({{ time }})?')
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
            regexp_replace({{ text }}, '(?d){{ customer_health._day_pattern() }}', '$1$4-$2$5-$3$6')
        {%- endset -%}
    {%- else -%}
        {%- set time = '' if 'M' in format else '([T ][0-9]{1,2}:.*)?' -%}
        {%- set pattern = '(?d)^' ~ customer_health._date_format_pattern(format) ~ time ~ '$' -%}
        {%- set day -%}
            case
                when {{ text }} rlike '{{ pattern }}' then {{ customer_health._from_date_format(text, format, pattern) }}
                else {{ text }}
            end
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
    {%- set hour = part.get('H') -%}
    {%- if 'I' in part -%}
        {%- set hour = "int(" ~ part['I'] ~ ") % 12 + if(lower(" ~ part['p'] ~ ") = 'pm', 12, 0)" -%}
    {%- endif -%}
    concat(
        {{ part.get('Y') or "if(" ~ part['y'] ~ " < '69', '20', '19'), " ~ part['y'] }}, '-',
        {{ "substr('" ~ months ~ "', instr('" ~ months ~ "', lower(substr(" ~ name ~ ", 1, 3))) + 3, 2)" if name
            else "lpad(" ~ part['m'] ~ ", 2, '0')" }}, '-',
        lpad({{ part['d'] }}, 2, '0'),
        {%- if 'M' not in part %}
        regexp_extract({{ text }}, '{{ pattern }}', {{ part | length + 1 }})
        {%- else %}
        ' ',
        lpad({{ hour }}, 2, '0'),
        ':', {{ part['M'] }}
        {{- ", ':', " ~ part['S'] if 'S' in part }}
        {{- ", '.', " ~ part['f'] if 'f' in part }}
        {%- endif %}
    )
{%- endmacro %}


{# A pattern with a group per directive, because strptime reads 24 as a year of %Y. #}
{% macro _date_format_pattern(format) %}
    {# adjacent directives need a fixed number of digits #}
    {% set count = '{2}' if modules.re.search('%.%', format) else '{1,2}' %}
    {% set months = 'january|february|march|april|may|june|july|august|september|october|november|december' %}
    {% set patterns = {
        'Y': '[1-9][0-9]{3}', 'y': '[0-9]{2}', 'd': '[0-9]' ~ count, 'm': '[0-9]' ~ count,
        'b': '(?i:' ~ modules.re.findall('(?<![a-z])...', months) | join('|') ~ ')', 'B': '(?i:' ~ months ~ ')',
        'H': '[0-9]' ~ count, 'I': '[0-9]' ~ count, 'M': '[0-9]{2}', 'S': '[0-9]{2}', 'f': '[0-9]{1,6}', 'p': '(?i:am|pm)',
    } %}
    {% set parts = [] %}
    {% for part in modules.re.findall('%.|[^%]', format) %}
        {% do parts.append('(' ~ patterns[part[1]] ~ ')' if part.startswith('%') else '[' ~ part ~ ']') %}
    {% endfor %}
    {{ return(parts | join) }}
{% endmacro %}


{# Whole numbers that are times, with their unit in microseconds: seconds from 2001 to 2030, as later ones could be an hour
   such as 2030033112, and milliseconds from 2001 on. None with date_format. #}
{% macro _unix_times(table_name) %}
    {% set units = {'1[0-8][0-9]{8}': 1000000, '[1-9][0-9]{12}': 1000} %}
    {{ return(units if customer_health.setting('date_format', table_name) is none else {}) }}
{% endmacro %}
