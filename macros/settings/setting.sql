{# With its default, because unit tests of dbt v2 do not know those in dbt_project.yml. #}
{% macro setting(name) %}
    {{ return(var(name, customer_health.default_settings()[name])) }}
{% endmacro %}
