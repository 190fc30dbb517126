{# A misspelt var would silently do nothing. Vars of an installing project are its own. #}
{% macro check_settings() %}
    {# refs must be seen while dbt parses; dbt v2 knows no settings then #}
    {% if not execute %}
        {% for table_name in customer_health.input_columns() %}
            {% do customer_health.setting(table_name ~ '_relation') %}
        {% endfor %}
        {{ return('') }}
    {% endif %}
    {% set given = invocation_args_dict.vars if project_name == 'customer_health' else {} %}
    {% set known = customer_health.default_settings() %}
    {% for name in given if name not in known %}
        {{ exceptions.raise_compiler_error("Unknown var '" ~ name ~ "'; the vars are " ~ known | join(', ') ~ ".") }}
    {% endfor %}
    {% for name in ['subscription_end_date_is_inclusive', 'test_all_days'] %}
        {% do customer_health.boolean_setting(name) %}
    {% endfor %}
    {% for name in ['as_of_date', 'rebuild_from'] %}
        {% do customer_health.date_setting(name) %}
    {% endfor %}
    {% for name in ['closed_statuses', 'ignored_ticket_statuses'] %}
        {% do customer_health.list_setting(name) %}
    {% endfor %}
    {% do customer_health.empty_inputs() %}
    {% for table_name in customer_health.input_columns() %}
        {% do customer_health.csv_encoding(table_name) %}
        {% do customer_health.date_format(table_name) %}
        {% do customer_health.decimal_separator(table_name) %}
        {% do customer_health.null_values(table_name) %}
    {% endfor %}
    {% do customer_health.number_setting('high_aging_ticket_threshold') %}
    {% do customer_health.outcome_days() %}
    {% do customer_health.max_rejected_share() %}
    {% do customer_health.max_age_days() %}
    {% do customer_health.reporting_timezone() %}
    {% do customer_health.check_session() %}
    {% do customer_health.risk_weights() %}
    {% do customer_health.risk_bands() %}
    {% do customer_health.display_currency() %}
    {% do customer_health._check_customer_attributes() %}
    {% do customer_health.check_column_map() %}
    {% do customer_health.source_tables() %}
    {% for table_name in customer_health.input_columns() %}
        {% if customer_health.setting(table_name ~ '_relation') is not none and not customer_health.has_own_data() %}
            {{ exceptions.raise_compiler_error(
                table_name ~ "_relation needs customers_relation, data_dir or source_schema; otherwise the other inputs would be the seeds."
            ) }}
        {% endif %}
    {% endfor %}
    {% if customer_health.setting('source_check_severity') not in ['warn', 'error', 'off'] %}
        {{ exceptions.raise_compiler_error(
            "source_check_severity: '" ~ customer_health.setting('source_check_severity') ~ "' is neither warn, error nor off."
        ) }}
    {% elif customer_health.setting('data_dir') and customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error("Set data_dir or source_schema, not both.") }}
    {% elif customer_health.setting('source_database') and not customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error("source_database needs source_schema, the schema of the tables.") }}
    {% endif %}
{% endmacro %}
