{# Tests of models with exact days look at untested days only. #}
{% macro get_where_subquery(relation) %}
    {{ return(customer_health.get_where_subquery(relation)) }}
{% endmacro %}
