{# An unknown zone would otherwise go unnoticed until the first timestamp that has one. #}
{% macro reporting_timezone() %}
    {% set timezone = var('reporting_timezone') %}
    {% if timezone is not string or timezone not in modules.pytz.all_timezones_set %}
        {{ exceptions.raise_compiler_error(
            "reporting_timezone: '" ~ timezone ~ "' is not a time zone; use a name such as Europe/Berlin."
        ) }}
    {% endif %}
    {{ return(timezone) }}
{% endmacro %}
