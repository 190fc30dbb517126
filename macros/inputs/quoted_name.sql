{# Adapters quote a name, but do not escape quotation marks in it. #}
{% macro quoted_name(name) %}
    {% set mark = adapter.quote('')[0] %}
    {{ return(adapter.quote(name | string | replace(mark, mark * 2))) }}
{% endmacro %}
