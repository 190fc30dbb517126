{% macro csv_encoding(table_name) %}
    {% set encoding = customer_health.table_setting('csv_encoding', table_name) %}
    {% if encoding is none %}
        {{ return('utf-8') }}
    {% elif encoding not in ['utf-8', 'utf-16', 'cp1252'] %}
        {{ exceptions.raise_compiler_error(
            "csv_encoding: '" ~ encoding ~ "' is none of utf-8, utf-16 and cp1252 (which is what most programs mean by latin-1)."
        ) }}
    {% endif %}
    {{ return(encoding) }}
{% endmacro %}
