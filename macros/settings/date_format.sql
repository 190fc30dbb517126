{# Directives of strftime for a day and a time without a zone. #}
{% macro date_format(table_name) %}
    {% set format = customer_health.table_setting('date_format', table_name) %}
    {% if format is none %}
        {{ return(none) }}
    {% endif %}
    {% set example = "; expected a format such as %d/%m/%Y or %m/%d/%Y %I:%M %p." %}
    {% if format is not string or not modules.re.fullmatch('(%[dmbBYyHIMSfp]|[-/., :T])+', format) %}
        {{ exceptions.raise_compiler_error(
            "date_format: '" ~ format ~ "' may have only %d %m %b %B %Y %y %H %I %M %S %f %p, the signs - / . , : T and blanks"
            ~ example
        ) }}
    {% endif %}
    {% set parts = modules.re.findall('%(.)', format) %}
    {% set time = parts | reject('in', ['d', 'm', 'b', 'B', 'Y', 'y']) | join %}
    {% if (
        parts | unique(case_sensitive=true) | list | length < parts | length
        or 'd' not in parts
        or parts | select('in', ['m', 'b', 'B']) | list | length != 1
        or parts | select('in', ['Y', 'y']) | list | length != 1
    ) %}
        {{ exceptions.raise_compiler_error("date_format: '" ~ format ~ "' needs day, month and year once each" ~ example) }}
    {% elif time not in ['', 'HM', 'HMS', 'HMSf', 'IMp', 'IMSp', 'IMSfp'] or (':' in format and not time) %}
        {{ exceptions.raise_compiler_error(
            "date_format: '" ~ format ~ "' needs the time as %H:%M or %I:%M %p, optionally with %S and %f after %M" ~ example
        ) }}
    {# ISO dates are always read as ISO, so a format must not read them otherwise #}
    {% elif modules.re.match('%Y-%d-%m', format) %}
        {{ exceptions.raise_compiler_error("date_format: '" ~ format ~ "' reads 2024-01-02 differently from ISO 8601" ~ example) }}
    {% endif %}
    {{ return(format) }}
{% endmacro %}
