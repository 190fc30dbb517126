{# In place of an input that is missing and may be. #}
{% macro no_rows(table_name) -%}
    (
        select
            {%- for column in customer_health.input_columns()[table_name] %}
            cast(null as {{ dbt.type_string() }}) as {{ column }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        where false
    )
{%- endmacro %}
