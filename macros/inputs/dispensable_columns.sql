{# Columns of the entity diagram that no metric needs: where an input lacks one, it is null in every row. #}
{% macro dispensable_columns() %}
    {{ return({
        'customers': ['region', 'industry'],
        'subscriptions': ['quantity'],
        'login_events': [],
        'support_tickets': [],
    }) }}
{% endmacro %}
