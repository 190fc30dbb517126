{# The value as `setting` returns it; any other is an error. #}
{% macro _checked_value(name, value, known, part=none) %}
    {% if value is none and (known.default is none or known.may_be_null) or not known.kind %}
        {{ return(value) }}
    {% elif known.kind == 'texts' %}
        {{ return(customer_health._checked_texts(name, value, known)) }}
    {% endif %}
    {% set fault = customer_health._fault(value, known) %}
    {% if fault %}
        {% set subject = part ~ " is '" ~ value ~ "'; " if part else "'" ~ value ~ "' " %}
        {{ exceptions.raise_compiler_error(name ~ ": " ~ subject ~ fault) }}
    {% endif %}
    {{ return(value | string if known.kind in ['number', 'date'] else value) }}
{% endmacro %}


{# What ends the sentence about a wrong value; none if it is right. #}
{% macro _fault(value, known) %}
    {% if known.kind == 'date format' %}
        {{ return(customer_health._fault_of_date_format(value)) }}
    {% elif known.kind == 'boolean' %}
        {# the text 'false' would count as true #}
        {% set is_right = value is boolean %}
        {% set fault = 'is neither true nor false (without quotation marks).' %}
    {% elif known.kind == 'date' %}
        {% set is_right = customer_health._is_day(value | string) %}
        {% set fault = 'is not a date; expected a day such as 2024-01-31.' %}
    {% elif known.kind == 'time zone' %}
        {% set is_right = customer_health._is_time_zone(value) %}
        {% set fault = 'is not a time zone; use a name such as Europe/Berlin.' %}
    {% else %}
        {% set fits = modules.re.fullmatch(known.pattern, value | string) and (known.kind == 'number' or value is string) %}
        {% set is_right = fits and (known.at_most is not defined or value | float <= known.at_most) %}
        {% set fault = known.fault %}
    {% endif %}
    {{ return(none if is_right else fault) }}
{% endmacro %}


{# YAML itself reads an unquoted 2024-01-31 as a date. #}
{% macro _is_day(text) %}
    {% if not modules.re.fullmatch('[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', text) %}
        {{ return(false) }}
    {% endif %}
    {# timedelta rolls over dates such as 02-30 #}
    {% set first = modules.datetime.datetime(text[:4] | int, text[5:7] | int, 1) %}
    {{ return((first + modules.datetime.timedelta(text[8:] | int - 1)).month == first.month) }}
{% endmacro %}


{# An unknown zone would go unnoticed until the first timestamp with a zone. #}
{% macro _is_time_zone(value) %}
    {% set zones = modules.pytz.all_timezones_set %}
    {% if value is string and zones is not defined %}
        {# dbt v2 has no list of zones, but its own error names an unknown one #}
        {% do modules.pytz.timezone(value) %}
        {{ return(true) }}
    {% endif %}
    {{ return(value is string and value in zones) }}
{% endmacro %}


{# Directives of strftime for a day and a time without a zone. #}
{% macro _fault_of_date_format(format) %}
    {% set example = '; expected a format such as %d/%m/%Y or %m/%d/%Y %I:%M %p.' %}
    {% if format is not string or not modules.re.fullmatch('(%[dmbBYyHIMSfp]|[-/., :T])+', format) %}
        {{ return('may have only %d %m %b %B %Y %y %H %I %M %S %f %p, the signs - / . , : T and blanks' ~ example) }}
    {% endif %}
    {% set parts = modules.re.findall('%(.)', format) %}
    {% set time = parts | reject('in', ['d', 'm', 'b', 'B', 'Y', 'y']) | join %}
    {% if (
        parts | unique(case_sensitive=true) | list | length < parts | length
        or 'd' not in parts
        or parts | select('in', ['m', 'b', 'B']) | list | length != 1
        or parts | select('in', ['Y', 'y']) | list | length != 1
    ) %}
        {{ return('needs day, month and year once each' ~ example) }}
    {% elif time not in ['', 'HM', 'HMS', 'HMSf', 'IMp', 'IMSp', 'IMSfp'] or (':' in format and not time) %}
        {{ return('needs the time as %H:%M or %I:%M %p, optionally with %S and %f after %M' ~ example) }}
    {# ISO dates are always read as ISO, so a format must not read them otherwise #}
    {% elif modules.re.match('%Y-%d-%m', format) %}
        {{ return('reads 2024-01-02 differently from ISO 8601' ~ example) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# Jinja would iterate over the letters of a text. #}
{% macro _checked_texts(name, given, known) %}
    {% if given is string or given is mapping or given is not iterable %}
        {{ exceptions.raise_compiler_error(
            name ~ ": '" ~ given ~ "' is not a list; expected texts in brackets, such as [a, b], or []."
        ) }}
    {% endif %}
    {% set texts = [] %}
    {% for given_text in given %}
        {% if given_text is not string or not given_text | trim %}
            {{ exceptions.raise_compiler_error(
                name ~ ": '" ~ given_text ~ "' is not a text; expected texts, in quotation marks if necessary."
            ) }}
        {% endif %}
        {% set text = given_text | trim | lower if known.is_lower else given_text | trim %}
        {% if known.pattern and not modules.re.fullmatch(known.pattern, text) %}
            {{ exceptions.raise_compiler_error(name ~ ": '" ~ text ~ "' " ~ known.fault) }}
        {% endif %}
        {% do texts.append(text) %}
    {% endfor %}
    {% if known.is_unique and texts | unique | list | length < texts | length %}
        {{ exceptions.raise_compiler_error(name ~ ": " ~ texts | join(', ') ~ " names a column more than once.") }}
    {% endif %}
    {% do customer_health._check_parts(name, 'table', texts, customer_health.input_tables()) if known.is_table %}
    {{ return(texts) }}
{% endmacro %}


{# Names of tables, bands or components. #}
{% macro _check_parts(name, part, given, known) %}
    {% for unknown in given if unknown not in known %}
        {{ exceptions.raise_compiler_error(
            name ~ ": unknown " ~ part ~ " '" ~ unknown ~ "'; the " ~ part ~ "s are " ~ known | join(', ') ~ "."
        ) }}
    {% endfor %}
{% endmacro %}
