{% macro stored_fingerprints(table) %}
    {{ return(adapter.dispatch('stored_fingerprints', 'customer_health')(table)) }}
{% endmacro %}


{% macro duckdb__stored_fingerprints(table) %}
    {{ return(customer_health.fingerprint_table(table)) }}
{% endmacro %}


{% macro spark__stored_fingerprints(table) %}
    {{ return(
        '(select source, date, num_rows, fingerprint from ' ~ customer_health.fingerprint_table(table)
        ~ ' where table_version = ' ~ (customer_health.shown_version(table).versions | first | default(0)) ~ ')'
    ) }}
{% endmacro %}
