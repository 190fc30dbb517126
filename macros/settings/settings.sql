{# Every setting: its default, as in dbt_project.yml, its kind and bounds, and what ends the sentence about any other value.
   A setting with `parts` is a mapping; parts that are not named keep their default. One `by_table` may be a mapping by
   input. #}
{% macro _known_settings() %}
    {% set number = '[0-9]{1,9}([.][0-9]{1,9})?' %}
    {{ return({
        'data_dir': {'default': none},
        'source_schema': {'default': none},
        'source_database': {'default': none},
        'source_tables': {
            'default': {
                'customers': 'customers',
                'subscriptions': 'subscriptions',
                'login_events': 'login_events',
                'support_tickets': 'support_tickets',
            },
            'parts': 'table',
            'kind': 'text',
            'pattern': '(?s).*\\S.*',
            'example': '{customers: accounts}',
            'fault': 'expected the name of a table in source_schema.',
        },
        'customers_relation': {'default': none},
        'subscriptions_relation': {'default': none},
        'login_events_relation': {'default': none},
        'support_tickets_relation': {'default': none},
        'column_map': {'default': {}},
        'customer_attributes': {
            'default': [],
            'kind': 'texts',
            'is_lower': true,
            'is_unique': true,
            'pattern': '[a-z_][a-z0-9_]{0,62}',
            'fault': 'cannot be a column; expected letters, digits and underscores, such as owner. Map a column that is'
                ~ ' called something else in column_map: {customers: {owner: Account Owner}}.',
        },
        'csv_encoding': {
            'default': 'utf-8',
            'by_table': true,
            'kind': 'text',
            'pattern': 'utf-8|utf-16|cp1252',
            'fault': 'is unknown; expected utf-8, utf-16 or cp1252 (what most programs call latin-1).',
        },
        'date_format': {'default': none, 'by_table': true, 'kind': 'date format'},
        'decimal_separator': {
            'default': none,
            'by_table': true,
            'kind': 'text',
            'pattern': '[.,]',
            'fault': "is neither '.' nor ','.",
        },
        'null_values': {
            'default': ['null', 'none', 'n/a', 'na', 'nan', 'nat', '\\n', '-', '0000-00-00', '0000-00-00 00:00:00'],
            'by_table': true,
            'kind': 'texts',
            'is_lower': true,
        },
        'as_of_date': {'default': none, 'kind': 'date'},
        'rebuild_from': {'default': none, 'kind': 'date'},
        'test_all_days': {'default': false, 'kind': 'boolean'},
        'reporting_timezone': {'default': 'UTC', 'kind': 'time zone'},
        'subscription_end_date_is_inclusive': {'default': true, 'kind': 'boolean'},
        'closed_statuses': {'default': ['closed', 'solved', 'resolved', 'done'], 'kind': 'texts'},
        'ignored_ticket_statuses': {'default': ['deleted', 'spam'], 'kind': 'texts'},
        'high_aging_ticket_threshold': {
            'default': 3,
            'kind': 'number',
            'pattern': number,
            'fault': 'is not a number of 0 or more, such as 3 or 0.5.',
        },
        'max_rejected_share': {
            'default': 0.05,
            'kind': 'number',
            'pattern': number,
            'at_most': 1,
            'fault': 'is not a share between 0 and 1, such as 0.05.',
        },
        'empty_inputs': {'default': [], 'kind': 'texts', 'is_lower': true, 'is_table': true},
        'max_age_days': {
            'default': {'customers': 60, 'subscriptions': 60, 'login_events': 3, 'support_tickets': 14},
            'parts': 'table',
            'kind': 'number',
            'pattern': '[0-9]{1,5}',
            'may_be_null': true,
            'example': '{login_events: 1, customers: null}',
            'fault': 'expected a whole number of days, or null.',
        },
        'source_check_severity': {
            'default': 'warn',
            'kind': 'text',
            'pattern': 'warn|error|off',
            'fault': 'is neither warn, error nor off.',
        },
        'outcome_days': {
            'default': 90,
            'kind': 'number',
            'pattern': '[1-9][0-9]{0,3}',
            'fault': 'is not a whole number of days from 1 to 9999, such as 90.',
        },
        'risk_weights': {
            'default': {'products': 1, 'arr': 1, 'logins': 1, 'unique_users': 1, 'critical_tickets': 1},
            'parts': 'component',
            'kind': 'number',
            'pattern': '[0-9]{1,3}([.][0-9]{1,4})?',
            'example': '{arr: 2, logins: 0.5}',
            'fault': 'expected 0 to 999 with at most four decimals.',
        },
        'risk_bands': {
            'default': {'watch': 40, 'at_risk': 60},
            'parts': 'band',
            'kind': 'number',
            'pattern': '[0-9]{1,3}([.][0-9]{1,2})?',
            'at_most': 100,
            'example': '{watch: 40, at_risk: 60}',
            'fault': 'expected a score from 0 to 100, with at most two decimals.',
        },
        'currency': {
            'default': none,
            'kind': 'text',
            'pattern': '[^ <>]{1,8}',
            'fault': 'is not a currency; expected a code or sign such as EUR, or null.',
        },
    }) }}
{% endmacro %}


{# The value of a setting, for an input if it is one by table. Numbers are texts, because they become part of statements. The
   default is here too, because unit tests of dbt v2 do not know those in dbt_project.yml. #}
{% macro setting(name, table_name=none) %}
    {% set known = customer_health._known_settings()[name] %}
    {% set given = var(name, known.default) %}
    {% if known.by_table %}
        {% if given is mapping %}
            {% do customer_health._check_parts(name, 'table', given, customer_health.input_tables()) %}
            {% set given = given.get(table_name) %}
        {% endif %}
        {% set given = known.default if given is none else given %}
    {% elif known.parts %}
        {% if given is not mapping %}
            {{ exceptions.raise_compiler_error(name ~ ": expected a mapping such as " ~ known.example ~ ".") }}
        {% endif %}
        {% do customer_health._check_parts(name, known.parts, given, known.default) %}
        {% set checked = {} %}
        {% for part, default in known.default.items() %}
            {% do checked.update({part: customer_health._checked_value(name, given.get(part, default), known, part)}) %}
        {% endfor %}
        {{ return(checked) }}
    {% endif %}
    {{ return(customer_health._checked_value(name, given, known)) }}
{% endmacro %}


{# What a setting is if nobody sets it. #}
{% macro default_setting(name) %}
    {{ return(customer_health._known_settings()[name].default) }}
{% endmacro %}
