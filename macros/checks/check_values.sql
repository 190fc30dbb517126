{# Pre-hook of int_as_of_date. Only warns about values that may mean something else, as they may well be right. #}
{% macro check_values() %}
    {% set subscriptions = ref('stg_subscriptions') %}
    {% set login_events = ref('stg_login_events') %}
    {% set support_tickets = ref('stg_support_tickets') %}
    {% set customers = ref('stg_customers') %}
    {% if execute and model.compiled_code and customer_health.has_own_data() %}
        {% set logins = customer_health.logins_by_type(login_events, customers) %}
        {% set findings = customer_health.unknown_values(logins, support_tickets) %}
        {% do findings.extend(customer_health.touching_periods(subscriptions)) %}
        {% do findings.extend(customer_health.early_logins(logins)) %}
        {% for finding in findings if customer_health.setting('source_check_severity') != 'off' %}
            {% do exceptions.warn(finding) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
