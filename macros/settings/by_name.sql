{% macro table_setting(name, table_name) %}
    {{ return(customer_health.setting(name, table_name)) }}
{% endmacro %}


{% macro csv_encoding(table_name) %}
    {{ return(customer_health.setting('csv_encoding', table_name)) }}
{% endmacro %}


{% macro date_format(table_name) %}
    {{ return(customer_health.setting('date_format', table_name)) }}
{% endmacro %}


{% macro decimal_separator(table_name) %}
    {{ return(customer_health.setting('decimal_separator', table_name)) }}
{% endmacro %}


{% macro null_values(table_name) %}
    {{ return(customer_health.setting('null_values', table_name)) }}
{% endmacro %}


{% macro source_tables() %}
    {{ return(customer_health.setting('source_tables')) }}
{% endmacro %}


{% macro max_rejected_share() %}
    {{ return(customer_health.setting('max_rejected_share')) }}
{% endmacro %}


{% macro empty_inputs() %}
    {{ return(customer_health.setting('empty_inputs')) }}
{% endmacro %}


{% macro boolean_setting(name) %}
    {{ return(customer_health.setting(name)) }}
{% endmacro %}


{% macro reporting_timezone() %}
    {{ return(customer_health.setting('reporting_timezone')) }}
{% endmacro %}


{% macro input_columns() %}
    {% set columns = {} %}
    {% for table_name in customer_health.input_tables() %}
        {% do columns.update({table_name: customer_health.columns_of(table_name, presence=['needed', 'may be missing'])}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{% macro optional_columns() %}
    {% set columns = {} %}
    {% for table_name in customer_health.input_tables() %}
        {% do columns.update({table_name: customer_health.columns_of(table_name, presence=['used if present'])}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{% macro dispensable_columns() %}
    {% set columns = {} %}
    {% for table_name in customer_health.input_tables() %}
        {% do columns.update({table_name: customer_health.columns_of(table_name, presence=['may be missing'])}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{% macro date_columns() %}
    {% set columns = {} %}
    {% for table_name in customer_health.input_tables() %}
        {% do columns.update({table_name: customer_health.columns_of(table_name, kinds=['date', 'timestamp'])}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
