{% macro parse_timestamp(column, table_name) -%}
    {%- set day = '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?' -%}
    {%- set zone = ' ?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)' -%}
    {{ return(adapter.dispatch('parse_timestamp', 'customer_health')(column, table_name, day, time, zone)) }}
{%- endmacro %}


{# typeof() of a column is constant to DuckDB, so only one branch is left when the query runs. #}
{% macro duckdb__parse_timestamp(column, table_name, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set iso_text = customer_health.iso_text(text, table_name) -%}
    {%- set format = customer_health.setting('date_format', table_name) -%}
    {%- set zone_name = customer_health.setting('reporting_timezone') -%}
    {#- DuckDB has infinity and dates before Christ, hardly any other tool does -#}
    {%- set first = "timestamp '0001-01-01'" -%}
    {%- set last = "timestamp '9999-12-31 23:59:59.999999'" -%}
    {#- truncated, because a cast from nanoseconds rounds and may reach the next day -#}
    {%- set microseconds = "regexp_replace(" ~ text ~ ", '([.][0-9]{6})[0-9]+', '\\1')" -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
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
        when regexp_full_match({{ text }}, '{{ customer_health.date_format_pattern(format) }}')
            then try_strptime({{ text }}, '{{ format }}')
        {%- endif %}
        {%- for pattern, factor in customer_health.unix_times(table_name).items() %}
        when regexp_full_match({{ text }}, '{{ pattern }}')
            then timezone('{{ zone_name }}', make_timestamptz(cast({{ text }} as bigint) * {{ factor }}))
        {%- endfor %}
    end
{%- endmacro %}


{# A date or time is not read through text, which takes Spark longer than all the rest. If the type is unknown, to_timestamp_ltz is the
   only function for them that columns of other types pass as well, in the other branches. The offset is subtracted here, because Spark
   reads none beyond 18 hours, and none after a time without seconds. #}
{% macro spark__parse_timestamp(column, table_name, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set iso_text = customer_health.iso_text(text, table_name) -%}
    {%- set zone_name = customer_health.setting('reporting_timezone') -%}
    {%- set known_type = customer_health._type_of_raw_column(column, table_name) -%}
    {%- set moment = "cast(" ~ (column if known_type else "to_timestamp_ltz(" ~ column ~ ")") ~ " as timestamp_ntz)" -%}
    {%- set zoned_moment = "convert_timezone('UTC', '" ~ zone_name ~ "', " ~ moment ~ ")" -%}
    {%- set branches = {'date': moment, 'timestamp_ntz': moment, 'timestamp': zoned_moment} -%}
    case
        {{- customer_health.when_null_value(column, table_name) }}
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
        {%- for pattern, factor in customer_health.unix_times(table_name).items() %}
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
