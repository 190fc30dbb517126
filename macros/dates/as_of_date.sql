{# The setting as an SQL date, or null where it is not set. YAML turns an unquoted 2024-01-31 into a date by itself. #}
{% macro as_of_date() %}
    {% set given = var('as_of_date') %}
    {% if given is none %}
        {{ return('cast(null as date)') }}
    {% endif %}
    {% if not modules.re.fullmatch('[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}', given | string) %}
        {{ exceptions.raise_compiler_error(
            "as_of_date: '" ~ given ~ "' is not a date; expected a day such as 2024-01-31."
        ) }}
    {% endif %}
    {{ return("cast('" ~ given ~ "' as date)") }}
{% endmacro %}
