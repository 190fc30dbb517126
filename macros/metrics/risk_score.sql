{% macro risk_score(raw_score, lowest, highest) -%}
    case
        when {{ highest }} = {{ lowest }} then 50
        else {{ customer_health.rounded_ratio(
            'cast(10000 * (' ~ raw_score ~ ' - ' ~ lowest ~ ') as bigint)',
            'cast(100 * (' ~ highest ~ ' - ' ~ lowest ~ ') as bigint)',
        ) }}
    end
{%- endmacro %}
