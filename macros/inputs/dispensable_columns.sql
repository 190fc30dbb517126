{# Those of input_columns that no metric needs: null if an input lacks them. #}
{% macro dispensable_columns() %}
    {{ return({
        'customers': ['region', 'industry'],
        'subscriptions': ['quantity'],
        'login_events': [],
        'support_tickets': [],
    }) }}
{% endmacro %}
