{# Jinja would iterate over the letters of a text. #}
{% macro list_setting(name, given=none) %}
    {% set given = customer_health.setting(name) if given is none else given %}
    {% if given is string or given is mapping or given is not iterable %}
        {{ exceptions.raise_compiler_error(name ~ ": '" ~ given ~ "' is not a list; expected texts in brackets, such as [a, b], or [].") }}
    {% endif %}
    {% set texts = [] %}
    {% for text in given %}
        {% if text is not string or not text | trim %}
            {{ exceptions.raise_compiler_error(name ~ ": '" ~ text ~ "' is not a text; expected texts, in quotation marks if necessary.") }}
        {% endif %}
        {% do texts.append(text | trim) %}
    {% endfor %}
    {{ return(texts) }}
{% endmacro %}
