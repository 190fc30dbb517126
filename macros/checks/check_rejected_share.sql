{# Pre-hook of int_as_of_date: rejected_records is built by then, and no metric has changed. Without customers, empty tables would look
   like success. #}
{% macro check_rejected_share() %}
    {% set records = ref('rejected_records') %}
    {% if execute and model.compiled_code %}
        {% set share = customer_health.setting('max_rejected_share') %}
        {% set too_many, mostly = [], [] %}
        {% for table_name in customer_health.input_tables() %}
            {% set summary = customer_health.rejection_summary(records, table_name) %}
            {% if table_name == 'customers' and summary.num_rejected and summary.num_rejected == summary.num_rows %}
                {{ exceptions.raise_compiler_error(
                    'customers: none of the ' ~ summary.num_rows ~ ' rows is accepted (' ~ summary.reasons
                    ~ '), so there is nothing to build. Fix the rows; they are in ' ~ records ~ '.'
                ) }}
            {% elif summary.num_rejected %}
                {% do log(summary.text, info=True) %}
                {% if summary.num_rejected > (share | float) * summary.num_rows %}
                    {% do too_many.append(summary.text) %}
                {% endif %}
                {% if 2 * summary.num_rejected > summary.num_rows %}
                    {% do mostly.append(table_name) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {# if most rows are rejected, the file is misread: do not suggest raising the share #}
        {% if too_many %}
            {{ exceptions.raise_compiler_error(
                too_many | join('; ') ~ ', more than max_rejected_share: ' ~ share ~ '. Fix the rows, which are in ' ~ records
                ~ ('.' if mostly else ', or raise that setting.')
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
