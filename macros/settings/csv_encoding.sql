{% macro csv_encoding(table_name) %}
    {% set encoding = customer_health.table_setting('csv_encoding', table_name) %}
    {% if encoding is none %}
        {{ return('utf-8') }}
    {% elif encoding not in ['utf-8', 'utf-16', 'cp1252'] %}
        {{ exceptions.raise_compiler_error(
            "csv_encoding: '" ~ encoding ~ "' is unknown; expected utf-8, utf-16 or cp1252 (what most programs call latin-1)."
        ) }}
    {% endif %}
    {{ return(encoding) }}
{% endmacro %}
