{# Pre-hook of int_as_of_date. An empty table would look like success. #}
{% macro check_as_of_date() %}
    {% set source_days = ref('int_source_days') %}
    {% if execute and model.compiled_code and customer_health.setting('as_of_date') is not none %}
        {% set first_day = run_query('select min(date) from ' ~ source_days).rows[0][0] %}
        {% if first_day is not none and (first_day | string)[:10] > (customer_health.setting('as_of_date') | string) %}
            {{ exceptions.raise_compiler_error(
                "as_of_date: " ~ customer_health.setting('as_of_date') ~ " is before the first row, of " ~ (first_day | string)[:10] ~ "."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
