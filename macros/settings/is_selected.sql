{# A project that this one is installed in also runs without it: to load the tables that are our inputs, for instance. #}
{% macro is_selected() %}
    {{ return('.customer_health.' in selected_resources | join(' ')) }}
{% endmacro %}
