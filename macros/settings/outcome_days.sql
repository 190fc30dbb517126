{# A whole number of days, because it is added to dates. #}
{% macro outcome_days() %}
    {% set text = customer_health.setting('outcome_days') | string %}
    {% if not modules.re.fullmatch('[1-9][0-9]{0,3}', text) %}
        {{ exceptions.raise_compiler_error("outcome_days: '" ~ text ~ "' is not a whole number of days from 1 to 9999, such as 90.") }}
    {% endif %}
    {{ return(text | int) }}
{% endmacro %}
