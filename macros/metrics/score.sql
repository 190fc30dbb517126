{% macro bounded_hundredths(percentage) -%}
    cast(100 * greatest(-100, least(100, coalesce({{ percentage }}, 0))) as bigint)
{%- endmacro %}


{# The changes are multiplied by the open tickets, the denominator of the critical share, so that everything is divided and
   rounded once. Without an open ticket none is critical, so 1 replaces 0. #}
{% macro risk_score_raw(products, arr, logins, unique_users, critical_tickets, open_tickets) -%}
    {%- set weights = customer_health.risk_weights() -%}
    {%- set falls -%}
        -{{ weights.products }} * {{ products }} - {{ weights.arr }} * {{ arr }} - {{ weights.logins }} * {{ logins -}}
        {{ ' ' }}- {{ weights.unique_users }} * {{ unique_users }}
    {%- endset -%}
    {%- set tickets = 'cast(greatest(' ~ open_tickets ~ ', 1) as bigint)' -%}
    {%- set critical = (10000 * weights.critical_tickets) ~ ' * ' ~ critical_tickets -%}
    {{ customer_health.rounded_ratio(
        '(' ~ tickets ~ ' * (' ~ falls ~ ') + ' ~ critical ~ ')',
        '(' ~ (100 * weights.scale) ~ ' * ' ~ tickets ~ ')',
    ) }}
{%- endmacro %}


{% macro risk_score(above_lowest, spread) -%}
    case
        when {{ spread }} = 0 then 50
        else {{ customer_health.rounded_ratio('100 * ' ~ above_lowest, spread) | indent }}
    end
{%- endmacro %}
