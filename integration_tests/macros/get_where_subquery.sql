{# So that our tests of models with exact days look at the days that were built since they last passed. #}
{% macro get_where_subquery(relation) %}
    {{ return(customer_health.get_where_subquery(relation)) }}
{% endmacro %}
