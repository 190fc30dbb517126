{# The text 'false' would count as true. #}
{% macro boolean_setting(name) %}
    {% if customer_health.setting(name) is not boolean %}
        {{ exceptions.raise_compiler_error(name ~ ": '" ~ customer_health.setting(name) ~ "' is neither true nor false (without quotation marks).") }}
    {% endif %}
    {{ return(customer_health.setting(name)) }}
{% endmacro %}
