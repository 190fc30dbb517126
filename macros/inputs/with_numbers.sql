{# Every column of a CSV is text, so `amount * 12` would fail: reads text columns beside + - * / or % as numbers. #}
{% macro with_numbers(expression, text_columns, table_name) %}
    {% set name = '(?:\\w+|"(?:[^"]|"")*"|`[^`]*`)' %}
    {% set text = "'(?:[^']|'')*'" %}
    {% set comment = '--[^\n]*|/[*].*?[*]/' %}
    {% set tokens = modules.re.findall(
        '(?s)' ~ text ~ '|' ~ comment ~ '|' ~ name ~ '(?:[.]' ~ name ~ ')*|->>?|[|]{2}|\\s+|.', expression
    ) %}
    {% set solid, numbers, parts = [], {}, [] %}
    {% for token in tokens if not modules.re.match('\\s|--|/[*]', token) %}
        {% do solid.append(token) %}
    {% endfor %}
    {% for token in solid %}
        {% set column = modules.re.sub('(?i)^raw[.]', '', token) %}
        {% if column.startswith('"') %}
            {% set column = column[1:-1] | replace('""', '"') %}
        {% elif column.startswith('`') %}
            {% set column = column[1:-1] %}
        {% endif %}
        {% set around = [solid[loop.index0 - 1] if loop.index0 else '', solid[loop.index] if not loop.last else ''] %}
        {% if column | lower in text_columns and around[1] != '(' and around | select('in', ['+', '-', '*', '/', '%']) | list %}
            {% do numbers.update({loop.index0: '(' ~ customer_health.parse_number(token, table_name) ~ ')'}) %}
        {% endif %}
    {% endfor %}
    {% set position = namespace(solid=0) %}
    {% for token in tokens %}
        {% if modules.re.match('\\s|--|/[*]', token) %}
            {% do parts.append(token) %}
        {% else %}
            {% do parts.append(numbers.get(position.solid, token)) %}
            {% set position.solid = position.solid + 1 %}
        {% endif %}
    {% endfor %}
    {{ return(parts | join) }}
{% endmacro %}
