{# Text columns of a raw table in lower case, as far as types are known. #}
{% macro text_columns(table_name) %}
    {% set names = [] %}
    {% if customer_health.has_own_data() %}
        {% for name, type in customer_health.raw_columns(table_name).items() if type | lower in ['varchar', 'string'] %}
            {% do names.append(name | lower) %}
        {% endfor %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
