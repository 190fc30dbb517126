{# Scores from which a customer is shown as watch or at risk; below, it is calm. #}
{% macro risk_bands() %}
    {% set defaults = customer_health.default_settings().risk_bands %}
    {% set given = customer_health.setting('risk_bands') %}
    {% if given is not mapping %}
        {{ exceptions.raise_compiler_error("risk_bands: expected a mapping such as {watch: 40, at_risk: 60}.") }}
    {% endif %}
    {% for name in given if name not in ['watch', 'at_risk'] %}
        {{ exceptions.raise_compiler_error("risk_bands: unknown band '" ~ name ~ "'; the bands are watch and at_risk.") }}
    {% endfor %}
    {% set bands = {} %}
    {% for name in ['watch', 'at_risk'] %}
        {% set text = given.get(name, defaults[name]) | string %}
        {% if not modules.re.fullmatch('(100|[0-9]{1,2})([.][0-9]{1,2})?', text) or text | float > 100 %}
            {{ exceptions.raise_compiler_error(
                "risk_bands: " ~ name ~ " is '" ~ text ~ "'; expected a score from 0 to 100, with at most two decimals."
            ) }}
        {% endif %}
        {% do bands.update({name: text}) %}
    {% endfor %}
    {% if bands.watch | float > bands.at_risk | float %}
        {{ exceptions.raise_compiler_error(
            "risk_bands: watch is " ~ bands.watch ~ ", more than at_risk, " ~ bands.at_risk ~ "; expected the lower score for watch."
        ) }}
    {% endif %}
    {{ return(bands) }}
{% endmacro %}
