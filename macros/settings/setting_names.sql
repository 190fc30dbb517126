{# dbt does not tell which vars dbt_project.yml declares. #}
{% macro setting_names() %}
    {{ return([
        'data_dir', 'source_schema', 'source_database', 'source_tables', 'customers_relation', 'subscriptions_relation',
        'login_events_relation', 'support_tickets_relation', 'column_map', 'csv_encoding', 'date_format', 'decimal_separator',
        'null_values', 'as_of_date', 'reporting_timezone',
        'subscription_end_date_is_inclusive', 'closed_statuses', 'ignored_ticket_statuses', 'high_aging_ticket_threshold',
        'risk_weights', 'max_rejected_share', 'empty_inputs', 'max_age_days', 'source_check_severity', 'rebuild_from',
        'test_all_days',
    ]) }}
{% endmacro %}
