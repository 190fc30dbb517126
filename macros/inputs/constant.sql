{# Quoted so that it cannot be anything but a value. A number stays one, whatever decimal_separator is. #}
{% macro constant(value) %}
    {% set text = value | string %}
    {% if value is none %}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {% elif value is number and modules.re.fullmatch('-?[0-9]{1,18}([.][0-9]{1,9})?', text) %}
        {{ return('(' ~ text ~ ')') }}
    {% elif value is not string and modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text) %}
        {{ return("cast('" ~ text ~ "' as date)") }}
    {% endif %}
    {{ return(customer_health.text_literal(text)) }}
{% endmacro %}
