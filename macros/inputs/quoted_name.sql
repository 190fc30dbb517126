{# The adapters put marks around a name, but do not double those within it. #}
{% macro quoted_name(name) %}
    {% set mark = adapter.quote('')[0] %}
    {{ return(adapter.quote(name | string | replace(mark, mark * 2))) }}
{% endmacro %}
