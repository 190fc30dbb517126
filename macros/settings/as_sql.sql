{# A setting as an SQL date, null if it is not set. #}
{% macro date_setting(name) %}
    {% set day = customer_health.setting(name) %}
    {{ return('cast(null as date)' if day is none else "cast('" ~ day ~ "' as date)") }}
{% endmacro %}


{# The day on which dbt was started. #}
{% macro run_day() -%}
    {%- set zone = modules.pytz.timezone(customer_health.setting('reporting_timezone')) -%}
    cast('{{ run_started_at.astimezone(zone).strftime("%Y-%m-%d") }}' as date)
{%- endmacro %}


{# The database lowers both sides, so that both get the same lower case. #}
{% macro is_status_in(setting, status) -%}
    {%- set texts = [] -%}
    {%- for text in customer_health.setting(setting) -%}
        {%- do texts.append('lower(' ~ customer_health.text_literal(text) ~ ')') -%}
    {%- endfor -%}
    {{ return(status ~ ' in (' ~ texts | join(', ') ~ ')' if texts else 'false') }}
{%- endmacro %}


{# Weights as whole numbers over a common scale, which keeps the score exact: 0.5 and 1 become 5 and 10, scale 10. #}
{% macro risk_weights() %}
    {% set given = customer_health.setting('risk_weights') %}
    {% set scales = [1] %}
    {% for weight in given.values() %}
        {% do scales.append(10 ** (weight.partition('.')[2].rstrip('0') | length)) %}
    {% endfor %}
    {% set weights = {'scale': scales | max} %}
    {% for component, weight in given.items() %}
        {% do weights.update({component: (weight | float * weights.scale) | round | int}) %}
    {% endfor %}
    {{ return(weights) }}
{% endmacro %}
