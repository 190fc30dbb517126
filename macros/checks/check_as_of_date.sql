{# An empty table would look like success. #}
{% macro check_as_of_date(source_days) %}
    {% set as_of_date = customer_health.setting('as_of_date') %}
    {% if execute and model.compiled_code and as_of_date is not none %}
        {% set first_day = run_query('select min(date) from ' ~ source_days).rows[0][0] %}
        {% if first_day is not none and (first_day | string)[:10] > as_of_date %}
            {{ exceptions.raise_compiler_error(
                "as_of_date: " ~ as_of_date ~ " is before the first row, of " ~ (first_day | string)[:10] ~ "."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
