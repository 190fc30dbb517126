{# The post-hook of a table of cleaned events, and the last statement of its transaction. #}
{% macro store_raw_fingerprints() %}
    {% if execute and model.compiled_code %}
        {{ return(adapter.dispatch('store_raw_fingerprints', 'customer_health')()) }}
    {% endif %}
{% endmacro %}


{% macro duckdb__store_raw_fingerprints() %}
    {% set stored = customer_health.fingerprint_table(this) %}
    {% do adapter.cache_added(stored) %}
    create or replace table {{ stored }} as
    select source, date, num_rows, fingerprint
    from raw_fingerprints
{% endmacro %}


{% macro spark__store_raw_fingerprints() %}
{% endmacro %}
