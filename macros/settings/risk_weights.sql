{# Weights as whole numbers over a common scale, which keeps the score exact: 0.5 and 1 become 5 and 10, scale 10. #}
{% macro risk_weights() %}
    {% set names = ['products', 'arr', 'logins', 'unique_users', 'critical_tickets'] %}
    {% set given = customer_health.setting('risk_weights') %}
    {% if given is not mapping %}
        {{ exceptions.raise_compiler_error("risk_weights: expected a mapping such as {arr: 2, logins: 0.5}.") }}
    {% endif %}
    {% for name in given if name not in names %}
        {{ exceptions.raise_compiler_error(
            "risk_weights: unknown component '" ~ name ~ "'; the components are " ~ names | join(', ') ~ "."
        ) }}
    {% endfor %}
    {% set state = namespace(scale=1) %}
    {% for name in names %}
        {% set text = given.get(name, 1) | string %}
        {% if not modules.re.fullmatch('[0-9]{1,3}([.][0-9]{1,4})?', text) %}
            {{ exceptions.raise_compiler_error(
                "risk_weights: " ~ name ~ " is '" ~ text ~ "'; expected 0 to 999 with at most four decimals."
            ) }}
        {% endif %}
        {% set decimals = text.partition('.')[2].rstrip('0') | length %}
        {% set state.scale = [state.scale, 10 ** decimals] | max %}
    {% endfor %}
    {% set weights = {'scale': state.scale} %}
    {% for name in names %}
        {% do weights.update({name: (given.get(name, 1) | float * state.scale) | round | int}) %}
    {% endfor %}
    {{ return(weights) }}
{% endmacro %}
