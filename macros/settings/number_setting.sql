{# Validated because it becomes part of a statement. #}
{% macro number_setting(name) %}
    {% set text = customer_health.setting(name) | string %}
    {% if not modules.re.fullmatch('[0-9]{1,9}([.][0-9]{1,9})?', text) %}
        {{ exceptions.raise_compiler_error(name ~ ": '" ~ text ~ "' is not a number of 0 or more, such as 3 or 0.5.") }}
    {% endif %}
    {{ return(text) }}
{% endmacro %}
