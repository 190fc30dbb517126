{# Text columns of a raw table in lower case, as far as types are known. #}
{% macro text_columns(table_name) %}
    {% set names = [] %}
    {% if execute and customer_health.has_own_data() %}
        {% for column in customer_health.describe_query('select * from ' ~ customer_health.raw_table(table_name))
            if column[1] | lower in ['varchar', 'string'] %}
            {% do names.append(column[0] | lower) %}
        {% endfor %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
