{# A setting, whose default is said here as well: in its unit tests, dbt v2 does not know those of dbt_project.yml. #}
{% macro setting(name) %}
    {{ return(var(name, customer_health.default_settings()[name])) }}
{% endmacro %}
