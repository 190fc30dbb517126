{% macro risk_score(above_lowest, spread) -%}
    case
        when {{ spread }} = 0 then 50
        else {{ customer_health.rounded_ratio('100 * ' ~ above_lowest, spread) | indent }}
    end
{%- endmacro %}
