{# A hook of int_as_of_date, so that rejected_records is there to be looked at, and no metric is. #}
{% macro check_rejected_share() %}
    {% set records = ref('rejected_records') %}
    {% if execute and model.compiled_code %}
        {% set share = customer_health.max_rejected_share() %}
        {% set rejected = run_query(
            'select source_table, reason, count(*) as num_rows from ' ~ records
            ~ ' group by source_table, reason order by count(*) desc, reason'
        ).rows %}
        {% set too_many, mostly = [], [] %}
        {% for table_name in customer_health.input_columns() %}
            {% set reasons = rejected | selectattr(0, 'equalto', table_name) | list %}
            {% set num_rejected = reasons | map(attribute=2) | map('int') | sum %}
            {% if num_rejected %}
                {% set num_rows = run_query('select count(*) from ' ~ customer_health.node_relation('model.customer_health.base_' ~ table_name)).rows[0][0] | int %}
                {% set counts = [] %}
                {% for _, reason, count in reasons %}
                    {% do counts.append(reason ~ ' ' ~ count) %}
                {% endfor %}
                {% set summary = table_name ~ ': ' ~ num_rejected ~ ' of ' ~ num_rows ~ ' rows rejected (' ~ counts | join(', ') ~ ')' %}
                {% do log(summary, info=True) %}
                {% if num_rejected > (share | float) * num_rows %}
                    {% do too_many.append(summary) %}
                {% endif %}
                {% if 2 * num_rejected > num_rows %}
                    {% do mostly.append(table_name) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {# what is left where most rows are rejected is no table to build on #}
        {% if too_many %}
            {{ exceptions.raise_compiler_error(
                too_many | join('; ') ~ ', more than max_rejected_share: ' ~ share ~ '. The rows are in ' ~ records
                ~ '; mend them' ~ ('.' if mostly else ', or raise that setting.')
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
