{# Pre-hook of the base models: checks an input that this run has built. #}
{% macro check_built_input() %}
    {% set table_name = model.name.removeprefix('base_') %}
    {% if execute and model.compiled_code and table_name in customer_health.inputs_to_build() %}
        {% do customer_health._check_inputs([table_name]) %}
    {% endif %}
{% endmacro %}
