{% macro parse_amount(column, table_name) -%}
    {{ return(adapter.dispatch('parse_amount', 'customer_health')(column, table_name)) }}
{%- endmacro %}


{% macro duckdb__parse_amount(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        -- the text of a double has an exponent where a sum left next to nothing
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT') or regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?')
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}


{# (?d) because Java's $ also matches before a final line separator. #}
{% macro spark__parse_amount(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        when typeof({{ column }}) in ('double', 'float') or {{ text }} rlike '(?d)^[+-]?[0-9]+([.][0-9]+)?$'
            then try_cast({{ text }} as decimal(15, 2))
    end
{%- endmacro %}


{% macro parse_integer(column, table_name) -%}
    {{ return(adapter.dispatch('parse_integer', 'customer_health')(column, table_name)) }}
{%- endmacro %}


{% macro duckdb__parse_integer(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        when regexp_full_match({{ text }}, '[+-]?[0-9]+([.]0+)?')
            then try_cast(split_part({{ text }}, '.', 1) as integer)
    end
{%- endmacro %}


{# A double's text has an exponent from ten million on. #}
{% macro spark__parse_integer(column, table_name) -%}
    {%- set text = customer_health.plain_number(column, table_name) -%}
    case
        {{- customer_health._when_null_value(column, table_name) }}
        when typeof({{ column }}) in ('double', 'float')
            then case when try_cast({{ text }} as double) % 1 = 0 then try_cast(try_cast({{ text }} as double) as int) end
        when {{ text }} rlike '(?d)^[+-]?[0-9]+([.]0+)?$'
            then try_cast(split_part({{ text }}, '.', 1) as int)
    end
{%- endmacro %}


{# A number as text, with a decimal point and no other sign between its digits. #}
{% macro plain_number(column, table_name) -%}
    {%- set text = customer_health.clean_text(column) -%}
    {%- set separator = customer_health.setting('decimal_separator', table_name) -%}
    {{ return(text if separator is none else adapter.dispatch('plain_number', 'customer_health')(column, text, separator)) }}
{%- endmacro %}


{# Only texts have a country's format. #}
{% macro duckdb__plain_number(column, text, separator) -%}
    case
        when typeof({{ column }}) <> 'VARCHAR'
            then {{ text }}
        when regexp_full_match({{ text }}, {{ customer_health.text_literal(customer_health._number_pattern(separator)) }})
            then replace(regexp_replace({{ text }}, '[^-+0-9{{ separator }}]', '', 'g'), ',', '.')
    end
{%- endmacro %}


{% macro spark__plain_number(column, text, separator) -%}
    {%- set pattern = '(?d)^(' ~ customer_health._number_pattern(separator) ~ ')$' -%}
    case
        when typeof({{ column }}) <> 'string'
            then {{ text }}
        when {{ text }} rlike {{ customer_health.text_literal(pattern) }}
            then replace(regexp_replace({{ text }}, '[^-+0-9{{ separator }}]', ''), ',', '.')
    end
{%- endmacro %}


{# Groups of three with one sign between them, and the currency on one side. The first group does not begin with 0: under a
   decimal comma, 0.123 would be 123. #}
{% macro _number_pattern(separator) %}
    {% set other = '[.]' if separator == ',' else ',' %}
    {% set blank = '[ \u00a0\u2009\u202f]' %}
    {% set groups = [] %}
    {% for sign in [other, blank, "['\u2019]"] %}
        {% do groups.append('[1-9][0-9]{0,2}(' ~ sign ~ '[0-9]{3})+') %}
    {% endfor %}
    {% set number = '([0-9]+|' ~ groups | join('|') ~ ')([' ~ separator ~ '][0-9]+)?' %}
    {% set currency = customer_health.currency_pattern() %}
    {{ return('[-+]?' ~ currency ~ blank ~ '?[-+]?' ~ number ~ '|[-+]?' ~ number ~ '(' ~ blank ~ '?' ~ currency ~ ')?') }}
{% endmacro %}


{% macro currency_pattern() %}
    {{ return('([$\u20ac\u00a3\u00a5\u20b9\u20a9\u20ba]|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KRW'
        ~ '|MXN|NOK|NZD|PLN|RON|SEK|SGD|TRY|USD|ZAR)') }}
{% endmacro %}
