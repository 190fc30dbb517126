{% macro parse_amount(column) -%}
    {{ return(adapter.dispatch('parse_amount', 'customer_health')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_amount(column) -%}
    {%- set text = customer_health.clean_text(column) -%}
    case
        when regexp_full_match({{ text }}, '[+-]?[0-9]+([.][0-9]+)?')
            then try_cast({{ text }} as decimal(15, 2))
        -- the rest that sums of doubles leave where nothing is left
        when typeof({{ column }}) in ('DOUBLE', 'FLOAT') and regexp_full_match({{ text }}, '-?[0-9.]+e-[0-9]+')
            then 0
    end
{%- endmacro %}
