{% macro parse_timestamp(column) -%}
    {%- set day = '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?' -%}
    {%- set zone = ' ?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)' -%}
    {{ return(adapter.dispatch('parse_timestamp', 'customer_health')(column, day, time, zone)) }}
{%- endmacro %}


{# typeof() of a column is a constant to DuckDB, so that only one of these branches is left when the query runs. #}
{% macro duckdb__parse_timestamp(column, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set zone_name = customer_health.reporting_timezone() -%}
    {#- infinity and the days before Christ are dates to DuckDB, but to hardly any other tool -#}
    {%- set first = "timestamp '0001-01-01'" -%}
    {%- set last = "timestamp '9999-12-31 23:59:59.999999'" -%}
    {#- cut, because a cast from nanoseconds rounds, and may reach the next day -#}
    {%- set microseconds = "regexp_replace(" ~ text ~ ", '([.][0-9]{6})[0-9]+', '\\1')" -%}
    case
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
        when regexp_full_match({{ text }}, '{{ day }}({{ time }})?')
            then try_cast({{ text }} as timestamp)
        when regexp_full_match({{ text }}, '{{ day }}{{ time }}{{ zone }}')
            then timezone(
                '{{ zone_name }}',
                try_cast(regexp_replace({{ text }}, ' ([Z+-])', '\1') as timestamptz)
            )
    end
{%- endmacro %}


{# Everything goes through its text, as a number cannot even be tried as a timestamp. The offset is subtracted here, because
   Spark reads none beyond 18 hours, and none after a time without seconds. #}
{% macro spark__parse_timestamp(column, day, time, zone) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set zone_name = customer_health.reporting_timezone() -%}
    {%- set moment = "try_cast(" ~ text ~ " as timestamp_ntz)" -%}
    {%- set moment_without_zone = "try_cast(regexp_replace(" ~ text ~ ", '" ~ zone ~ "$', '') as timestamp_ntz)" -%}
    {%- set hours = "int(concat('0', regexp_extract(" ~ text ~ ", '[+-]([0-9]{2}):?([0-9]{2})?$', 1)))" -%}
    {%- set minutes = "int(concat('0', regexp_extract(" ~ text ~ ", '[+-]([0-9]{2}):?([0-9]{2})?$', 2)))" -%}
    {%- set offset = "make_dt_interval(0, " ~ hours ~ ", " ~ minutes ~ ")" -%}
    case
        when typeof({{ column }}) in ('date', 'timestamp_ntz')
            then case when year({{ moment }}) between 1 and 9999 then {{ moment }} end
        when typeof({{ column }}) = 'timestamp'
            then case
                when year(convert_timezone('UTC', '{{ zone_name }}', {{ moment }})) between 1 and 9999
                    then convert_timezone('UTC', '{{ zone_name }}', {{ moment }})
            end
        when {{ text }} rlike '(?d)^{{ day }}({{ time }})?$'
            then {{ moment }}
        when {{ text }} rlike '(?d)^{{ day }}{{ time }}{{ zone }}$'
            then convert_timezone(
                'UTC',
                '{{ zone_name }}',
                {{ moment_without_zone }}
                - if({{ text }} rlike '-[0-9:]+$', -1, 1) * {{ offset }}
            )
    end
{%- endmacro %}
