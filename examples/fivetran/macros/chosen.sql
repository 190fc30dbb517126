{% macro chosen(setting, allowed) %}
    {% set given = var(setting) %}
    {% if given not in allowed %}
        {{ exceptions.raise_compiler_error(setting ~ ": '" ~ given ~ "' is none of " ~ allowed | join(', ') ~ '.') }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}
