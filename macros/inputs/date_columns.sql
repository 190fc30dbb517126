{# Date and timestamp columns of each table. #}
{% macro date_columns() %}
    {{ return({
        'customers': ['acquisition_date'],
        'subscriptions': ['start_date', 'end_date', 'updated_at'],
        'login_events': ['login_timestamp'],
        'support_tickets': ['created_date', 'closed_date', 'updated_at'],
    }) }}
{% endmacro %}
