{# Fingerprints belong to the shown version on Spark. None if no version is shown. #}
{% macro partition_of_version(table) %}
    {{ return(adapter.dispatch('partition_of_version', 'customer_health')(table)) }}
{% endmacro %}


{% macro duckdb__partition_of_version(table) %}
    {{ return('') }}
{% endmacro %}


{% macro spark__partition_of_version(table) %}
    {% set versions = customer_health.shown_version(table).versions %}
    {{ return(' partition (table_version = ' ~ versions[0] ~ ')' if versions else none) }}
{% endmacro %}
