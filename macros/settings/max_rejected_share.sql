{% macro max_rejected_share() %}
    {% set share = customer_health.number_setting('max_rejected_share') %}
    {% if share | float > 1 %}
        {{ exceptions.raise_compiler_error("max_rejected_share: '" ~ share ~ "' is not a share between 0 and 1, such as 0.05.") }}
    {% endif %}
    {{ return(share) }}
{% endmacro %}
