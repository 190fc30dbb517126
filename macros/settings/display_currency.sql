{# Only shown beside amounts; nothing is converted. #}
{% macro display_currency() %}
    {% set given = customer_health.setting('currency') %}
    {% if given is not none and (given is not string or not modules.re.fullmatch('[^ <>]{1,8}', given)) %}
        {{ exceptions.raise_compiler_error("currency: '" ~ given ~ "' is not a currency; expected a code or sign such as EUR, or null.") }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}
