{# A setting as an SQL date, null if it is not set. YAML itself reads an unquoted 2024-01-31 as a date. #}
{% macro date_setting(name) %}
    {% set given = customer_health.setting(name) %}
    {% if given is none %}
        {{ return('cast(null as date)') }}
    {% endif %}
    {% set text = given | string %}
    {% set is_date = modules.re.fullmatch('[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', text) %}
    {% if is_date %}
        {# reject dates that timedelta rolls over, such as 02-30 #}
        {% set first = modules.datetime.datetime(text[:4] | int, text[5:7] | int, 1) %}
        {% set is_date = (first + modules.datetime.timedelta(text[8:] | int - 1)).month == first.month %}
    {% endif %}
    {% if not is_date %}
        {{ exceptions.raise_compiler_error(
            name ~ ": '" ~ given ~ "' is not a date; expected a day such as 2024-01-31."
        ) }}
    {% endif %}
    {{ return("cast('" ~ given ~ "' as date)") }}
{% endmacro %}
