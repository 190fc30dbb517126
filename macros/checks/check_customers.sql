{# A hook of int_as_of_date: tables without a single customer would say that all is well. #}
{% macro check_customers() %}
    {% set customers = ref('base_customers') %}
    {% set records = ref('rejected_records') %}
    {% if execute and model.compiled_code %}
        {% set reasons = run_query(
            'select rejection_reason, count(*) as num_rows from ' ~ customers
            ~ ' group by rejection_reason order by count(*) desc, rejection_reason'
        ).rows %}
        {% if reasons and none not in reasons | map(attribute=0) %}
            {% set counts = [] %}
            {% for reason, count in reasons %}
                {% do counts.append(reason ~ ' ' ~ count) %}
            {% endfor %}
            {{ exceptions.raise_compiler_error(
                'customers: none of the ' ~ reasons | map(attribute=1) | map('int') | sum ~ ' rows is accepted (' ~ counts | join(', ')
                ~ '), so that there is nothing to build. The rows are in ' ~ records ~ '; mend them.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
