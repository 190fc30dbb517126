{# As in docs/your_data.md, and customer_attributes. dispensable_columns may be missing; optional_columns may be there too. #}
{% macro input_columns() %}
    {{ return({
        'customers': ['customer_id', 'acquisition_date', 'region', 'industry'] + customer_health.customer_attributes(),
        'subscriptions': ['customer_id', 'product_id', 'quantity', 'start_date', 'end_date', 'arr'],
        'login_events': ['user_id', 'customer_id', 'user_type', 'login_timestamp'],
        'support_tickets': [
            'ticket_id', 'customer_id', 'status', 'created_date', 'ticket_category', 'closed_date',
        ],
    }) }}
{% endmacro %}
