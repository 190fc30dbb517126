{% macro counts_of_the_day() %}
    {{ return([
        'num_logins',
        'num_unique_users',
        'admin_logins',
        'admin_unique_users',
        'advanced_logins',
        'advanced_unique_users',
        'standard_logins',
        'standard_unique_users',
    ]) }}
{% endmacro %}
