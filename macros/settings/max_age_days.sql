{# Inputs that are not named keep their default; null switches the check off. #}
{% macro max_age_days() %}
    {% set days = {'customers': 60, 'subscriptions': 60, 'login_events': 3, 'support_tickets': 14} %}
    {% set given = customer_health.setting('max_age_days') %}
    {% if given is not mapping %}
        {{ exceptions.raise_compiler_error("max_age_days: expected a mapping such as {login_events: 1, customers: null}.") }}
    {% endif %}
    {% for table_name, value in given.items() %}
        {% if table_name not in days %}
            {{ exceptions.raise_compiler_error(
                "max_age_days: unknown table '" ~ table_name ~ "'; the tables are " ~ days | join(', ') ~ "."
            ) }}
        {% elif value is not none and not modules.re.fullmatch('[0-9]{1,5}', value | string) %}
            {{ exceptions.raise_compiler_error(
                "max_age_days: " ~ table_name ~ " is '" ~ value ~ "'; expected a whole number of days, or null."
            ) }}
        {% endif %}
        {% do days.update({table_name: value}) %}
    {% endfor %}
    {{ return(days) }}
{% endmacro %}
