{# An unknown zone would go unnoticed until the first timestamp with a zone. #}
{% macro reporting_timezone() %}
    {% set timezone = customer_health.setting('reporting_timezone') %}
    {% set zones = modules.pytz.all_timezones_set %}
    {% if timezone is string and zones is not defined %}
        {# dbt v2 has no list of zones, but its own error names an unknown one #}
        {% do modules.pytz.timezone(timezone) %}
    {% elif timezone is not string or timezone not in zones %}
        {{ exceptions.raise_compiler_error(
            "reporting_timezone: '" ~ timezone ~ "' is not a time zone; use a name such as Europe/Berlin."
        ) }}
    {% endif %}
    {{ return(timezone) }}
{% endmacro %}
