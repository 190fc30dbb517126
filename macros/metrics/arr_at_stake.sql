{# Expected losses are known for all customers or for none, so the two kinds never mix. #}
{% macro arr_at_stake(expected_lost_arr, score, arr) -%}
    cast(
        coalesce(
            {{ expected_lost_arr }},
            round({{ arr }} * cast({{ score }} * cast(0.01 as decimal(2, 2)) as decimal(5, 4)), 2)
        ) as decimal(18, 2)
    )
{%- endmacro %}
