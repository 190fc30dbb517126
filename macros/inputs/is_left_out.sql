{# Whether an input is missing and may be. Customers are always needed. #}
{% macro _is_left_out(table_name) %}
    {% set is_needed = table_name == 'customers' or table_name not in customer_health.setting('empty_inputs') %}
    {% if not execute or is_needed or customer_health.has_relation(table_name) %}
        {{ return(false) }}
    {% elif customer_health.setting('data_dir') %}
        {{ return(not customer_health._input_files(table_name, [])) }}
    {% elif customer_health.setting('source_schema') %}
        {{ return(not customer_health._has_table(table_name)) }}
    {% endif %}
    {{ return(customer_health.has_own_data()) }}
{% endmacro %}


{# In place of an input that is left out. #}
{% macro _no_rows(table_name) -%}
    (
        select
            {%- for column in customer_health.columns_of(table_name, presence=['needed', 'may be missing']) %}
            cast(null as {{ dbt.type_string() }}) as {{ column }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        where false
    )
{%- endmacro %}
