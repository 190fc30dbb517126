{# Renames columns without a name, or with one that is taken. #}
{% macro unique_names(names) %}
    {% set unique = [] %}
    {% for name in names %}
        {% set state = namespace(name=name or 'column' ~ loop.index0) %}
        {% for number in range(1, names | length + 1) if state.name | lower in unique | map('lower') %}
            {% set state.name = (name or 'column' ~ loop.index0) ~ '_' ~ number %}
        {% endfor %}
        {% do unique.append(state.name) %}
    {% endfor %}
    {{ return(unique) }}
{% endmacro %}
