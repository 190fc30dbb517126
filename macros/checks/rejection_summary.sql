{# How much of an input was rejected and why, as numbers and as a line of text. #}
{% macro rejection_summary(records, table_name) %}
    {% set base = customer_health.node_relation('model.customer_health.base_' ~ table_name) %}
    {% set reasons = run_query(
        "select reason, count(*) as num_rows from " ~ records ~ " where source_table = '" ~ table_name
        ~ "' group by reason order by count(*) desc, reason"
    ).rows %}
    {% set told = [] %}
    {% for reason, number in reasons %}
        {% set known = customer_health._rows_of_rejected_customers(records, base) if reason == 'unknown_customer' else 0 %}
        {% if known == number | int %}
            {% do told.append(reason ~ ' ' ~ known ~ ' of rejected customers') %}
        {% else %}
            {% set values = customer_health.rejected_values(records, table_name, reason) %}
            {% set hint = customer_health._similar_customer(base) if reason == 'unknown_customer' else customer_health.expected_form(reason, values, table_name) %}
            {% do told.append(reason ~ ' ' ~ number | int ~ ': ' ~ values ~ ('; ' ~ hint if hint else '')) %}
        {% endif %}
    {% endfor %}
    {% set num_rows = run_query('select count(*) from ' ~ base).rows[0][0] | int if reasons else 0 %}
    {% set num_rejected = reasons | map(attribute=1) | map('int') | sum %}
    {{ return({
        'num_rows': num_rows,
        'num_rejected': num_rejected,
        'reasons': told | join(' | '),
        'text': table_name ~ ': ' ~ num_rejected ~ ' of ' ~ num_rows ~ ' rows rejected (' ~ told | join(' | ') ~ ')',
    }) }}
{% endmacro %}


{# Rows that are rejected only because their customer was. #}
{% macro _rows_of_rejected_customers(records, base) %}
    {{ return(run_query(
        'select count(*) from ' ~ base ~ " where rejection_reason = 'unknown_customer' and customer_id in (select record_key from "
        ~ records ~ " where source_table = 'customers' and record_key is not null)"
    ).rows[0][0] | int) }}
{% endmacro %}


{# Ids that differ in decimals or letter case are reported, not matched by guessing. #}
{% macro _similar_customer(base) %}
    {% set same = "lower(regexp_replace(customer_id, '[.]0+$', ''))" %}
    {% set pairs = run_query(
        'with unknown as (select distinct customer_id, ' ~ same ~ ' as plain_id from ' ~ base
        ~ " where rejection_reason = 'unknown_customer'), known as (select customer_id, " ~ same ~ ' as plain_id from '
        ~ customer_health.node_relation('model.customer_health.stg_customers')
        ~ ') select unknown.customer_id, known.customer_id as known_id from unknown inner join known on unknown.plain_id = known.plain_id'
        ~ ' order by 1, 2 limit 1'
    ).rows %}
    {% for unknown, known in pairs %}
        {{ return("'" ~ unknown ~ "' may be '" ~ known ~ "' in customers; write both alike") }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}
