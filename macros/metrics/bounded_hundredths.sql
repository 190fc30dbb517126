{% macro bounded_hundredths(percentage) -%}
    cast(100 * greatest(-100, least(100, coalesce({{ percentage }}, 0))) as bigint)
{%- endmacro %}
