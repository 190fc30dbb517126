{% macro optional_columns() %}
    {{ return({
        'customers': [],
        'subscriptions': ['subscription_id', 'updated_at'],
        'login_events': ['event_id'],
        'support_tickets': ['updated_at'],
    }) }}
{% endmacro %}
