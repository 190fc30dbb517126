{# Those of the entity diagram, and what customer_attributes names. What an input may do without is in dispensable_columns, what it may have beside them in
   optional_columns. #}
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
