{% macro bounded_hundredths(percentage) -%}
    cast(100 * least(greatest(coalesce({{ percentage }}, 0), -100), 100) as bigint)
{%- endmacro %}
