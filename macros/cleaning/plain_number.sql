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
    case
        when typeof({{ column }}) <> 'string'
            then {{ text }}
        when {{ text }} rlike {{ customer_health.text_literal('(?d)^(' ~ customer_health._number_pattern(separator) ~ ')$') }}
            then replace(regexp_replace({{ text }}, '[^-+0-9{{ separator }}]', ''), ',', '.')
    end
{%- endmacro %}


{# Groups of three with one sign between them, and the currency on one side. The first group does not begin with 0: under a decimal
   comma, 0.123 would be 123. #}
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
