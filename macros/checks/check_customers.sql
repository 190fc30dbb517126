{# Pre-hook of int_as_of_date. Tables without customers would look like success. #}
{% macro check_customers() %}
    {% set records = ref('rejected_records') %}
    {% if execute and model.compiled_code %}
        {% set summary = customer_health.rejection_summary(records, 'customers') %}
        {% if summary.num_rejected and summary.num_rejected == summary.num_rows %}
            {{ exceptions.raise_compiler_error(
                'customers: none of the ' ~ summary.num_rows ~ ' rows is accepted (' ~ summary.reasons
                ~ '), so there is nothing to build. Fix the rows; they are in ' ~ records ~ '.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
