{# 'false' in quotation marks is a text, and every text counts as true. #}
{% macro boolean_setting(name) %}
    {% if var(name) is not boolean %}
        {{ exceptions.raise_compiler_error(name ~ ": '" ~ var(name) ~ "' is neither true nor false (without quotation marks).") }}
    {% endif %}
    {{ return(var(name)) }}
{% endmacro %}
