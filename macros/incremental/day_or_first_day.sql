{# Events without a readable time are kept with those of the first day that there is. #}
{% macro day_or_first_day(timestamp) -%}
    coalesce(cast({{ timestamp }} as date), cast('0001-01-01' as date))
{%- endmacro %}
