{# Pre-hook of int_as_of_date. Only warns about values that may mean something else, as they may well be right. #}
{% macro check_values() %}
    {% set subscriptions = ref('stg_subscriptions') %}
    {% set support_tickets = ref('stg_support_tickets') %}
    {% set source_days = ref('int_source_days') %}
    {% if execute and model.compiled_code and customer_health.has_own_data() %}
        {% set findings = customer_health.unknown_values(support_tickets, source_days) %}
        {% do findings.extend(customer_health.touching_periods(subscriptions)) %}
        {% do findings.extend(customer_health.early_logins(source_days)) %}
        {% for finding in findings if customer_health.setting('source_check_severity') != 'off' %}
            {% do exceptions.warn(finding) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
