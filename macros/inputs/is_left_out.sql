{# Whether an input is missing and may be. Customers are always needed. #}
{% macro is_left_out(table_name) %}
    {% set is_needed = table_name == 'customers' or table_name not in customer_health.empty_inputs() %}
    {% if not execute or is_needed or customer_health.has_relation(table_name) %}
        {{ return(false) }}
    {% elif customer_health.setting('data_dir') %}
        {{ return(not customer_health.input_files(table_name, [])) }}
    {% elif customer_health.setting('source_schema') %}
        {{ return(not customer_health.has_table(table_name)) }}
    {% endif %}
    {{ return(customer_health.has_own_data()) }}
{% endmacro %}
