{# How this engine replaces the days from the first changed one on. #}
{% macro changed_days_config() %}
    {{ return(adapter.dispatch('changed_days_config', 'customer_health')()) }}
{% endmacro %}


{% macro duckdb__changed_days_config() %}
    {{ return({'materialized': 'incremental', 'incremental_strategy': 'changed_days'}) }}
{% endmacro %}


{% macro spark__changed_days_config() %}
    {{ return({'materialized': 'incremental', 'incremental_strategy': 'insert_overwrite', 'partition_by': 'date'}) }}
{% endmacro %}
