{# In decimal(18, 2), DuckDB's product of large amounts would overflow. #}
{% macro part_of(amount, share) -%}
    cast(round(cast({{ amount }} as decimal(27, 2)) * {{ share }}, 2) as decimal(18, 2))
{%- endmacro %}
