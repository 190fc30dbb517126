{# A pattern with a group per directive, because strptime reads 24 as a year of %Y. #}
{% macro date_format_pattern(format) %}
    {# adjacent directives need a fixed number of digits #}
    {% set count = '{2}' if modules.re.search('%.%', format) else '{1,2}' %}
    {% set months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'] %}
    {% set patterns = {
        'Y': '[1-9][0-9]{3}', 'y': '[0-9]{2}', 'd': '[0-9]' ~ count, 'm': '[0-9]' ~ count,
        'b': '(?i:' ~ modules.re.findall('(?<![a-z])...', months | join(' ')) | join('|') ~ ')', 'B': '(?i:' ~ months | join('|') ~ ')',
        'H': '[0-9]' ~ count, 'I': '[0-9]' ~ count, 'M': '[0-9]{2}', 'S': '[0-9]{2}', 'f': '[0-9]{1,6}', 'p': '(?i:am|pm)',
    } %}
    {% set parts = [] %}
    {% for part in modules.re.findall('%.|[^%]', format) %}
        {% do parts.append('(' ~ patterns[part[1]] ~ ')' if part.startswith('%') else '[' ~ part ~ ']') %}
    {% endfor %}
    {{ return(parts | join) }}
{% endmacro %}
