{# Column names and types of a query, a row each. #}
{% macro describe_query(query) %}
    {{ return(adapter.dispatch('describe_query', 'customer_health')(query)) }}
{% endmacro %}


{% macro duckdb__describe_query(query) %}
    {{ return(run_query('describe ' ~ query).rows) }}
{% endmacro %}


{% macro spark__describe_query(query) %}
    {{ return(customer_health.query_once('describe query ' ~ query).rows) }}
{% endmacro %}
