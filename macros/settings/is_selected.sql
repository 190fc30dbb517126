{# An installing project also runs without this one, to load our inputs for instance. #}
{% macro is_selected() %}
    {{ return('.customer_health.' in selected_resources | join(' ')) }}
{% endmacro %}
