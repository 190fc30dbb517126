{# The setting as text, or none. YAML itself reads an unquoted 2024-01-31 as a date. #}
{% macro _rebuild_from() %}
    {% set given = var('rebuild_from', none) %}
    {% if given is none %}
        {{ return(none) }}
    {% endif %}
    {% set is_date = modules.re.fullmatch('[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', given | string) %}
    {% if is_date %}
        {# reject dates that timedelta rolls over, such as 02-30 #}
        {% set year, month, day = (given | string).split('-') %}
        {% set first = modules.datetime.datetime(year | int, month | int, 1) %}
        {% set is_date = (first + modules.datetime.timedelta(day | int - 1)).month == first.month %}
    {% endif %}
    {% if not is_date %}
        {{ exceptions.raise_compiler_error("rebuild_from: '" ~ given ~ "' is not a date; expected a day such as 2024-01-31.") }}
    {% endif %}
    {{ return(given | string) }}
{% endmacro %}


{# The text 'false' would count as true. #}
{% macro _tests_all_days() %}
    {% set given = var('test_all_days', false) %}
    {% if given is not boolean %}
        {{ exceptions.raise_compiler_error("test_all_days: '" ~ given ~ "' is neither true nor false (without quotation marks).") }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}
