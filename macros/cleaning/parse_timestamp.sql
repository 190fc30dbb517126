{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'customer_health')(column)) }}
{%- endmacro %}


{# typeof() of a column is a constant to DuckDB, so that only one of these branches is left when the query runs. #}
{% macro duckdb__parse_timestamp(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set day = '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?' -%}
    {%- set zone = ' ?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)' -%}
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
