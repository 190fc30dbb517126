{# What rejected values should look like, or the setting that would read them, judging by some of them. #}
{% macro expected_form(reason, values, table_name) %}
    {% if reason == 'invalid_number' %}
        {% set commas = modules.re.search("'[^']*[0-9],[0-9]{1,2}[^0-9,']*'", values) %}
        {{ return("set decimal_separator: ','" if commas else 'expected a number such as 1234.50, or a decimal_separator') }}
    {% elif reason != 'invalid_date' %}
        {{ return(none) }}
    {% endif %}
    {% set format = customer_health.setting('date_format', table_name) %}
    {% if format is not none %}
        {{ return("expected date_format: '" ~ format ~ "', or a day such as 2024-01-31") }}
    {% endif %}
    {% set days = modules.re.findall("'([0-9]{1,2})([/.-])([0-9]{1,2})[/.-][0-9]{4}( [0-9]{1,2}:[0-9]{2})?(:[0-9]{2})?'", values) %}
    {% if not days %}
        {{ return('expected a day such as 2024-01-31 or a time such as 2024-01-31 23:59:00, or a date_format') }}
    {% endif %}
    {% set sign = days[0][1] %}
    {% set time = (' %H:%M' if days[0][3] else '') ~ (':%S' if days[0][4] else '') %}
    {% set day_first = "'%d" ~ sign ~ "%m" ~ sign ~ "%Y" ~ time ~ "'" %}
    {% set month_first = "'%m" ~ sign ~ "%d" ~ sign ~ "%Y" ~ time ~ "'" %}
    {% set is_day_first = days | map(attribute=0) | map('int') | max > 12 %}
    {% set is_month_first = days | map(attribute=2) | map('int') | max > 12 %}
    {% if is_day_first == is_month_first %}
        {{ return('set date_format: ' ~ day_first ~ ' or ' ~ month_first) }}
    {% endif %}
    {{ return('set date_format: ' ~ (day_first if is_day_first else month_first)) }}
{% endmacro %}
