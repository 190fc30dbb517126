{# How this engine keeps a table of cleaned events up to date. #}
{% macro cleaned_by_day_config() %}
    {{ return(adapter.dispatch('cleaned_by_day_config', 'customer_health')()) }}
{% endmacro %}


{# The days that changed are deleted by the pre-hook. #}
{% macro duckdb__cleaned_by_day_config() %}
    {{ return({'materialized': 'incremental', 'incremental_strategy': 'append'}) }}
{% endmacro %}


{# Spark deletes no rows of a Parquet table. #}
{% macro spark__cleaned_by_day_config() %}
    {{ return({'materialized': 'table'}) }}
{% endmacro %}
