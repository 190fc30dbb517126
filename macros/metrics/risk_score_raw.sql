{# Everything is in whole hundredths of a percent times the number of open tickets, the one denominator;
   it is divided and rounded once. No ticket open means no critical ticket either, so 1 stands in for 0. #}
{% macro risk_score_raw(products, arr, logins, unique_users, critical_tickets, open_tickets) -%}
    {%- set weights = customer_health.risk_weights() -%}
    {%- set tickets = 'greatest(' ~ open_tickets ~ ', 1)' -%}
    {%- set weighted_sum -%}
(
            cast({{ tickets }} as bigint) * (
                0
                {%- for weight, change in [
                    (weights.products, products),
                    (weights.arr, arr),
                    (weights.logins, logins),
                    (weights.unique_users, unique_users),
                ] %}
                - {{ customer_health.bounded_hundredths(change) }} * {{ weight }}
                {%- endfor %}
            )
            + cast(least({{ critical_tickets }}, {{ open_tickets }}) as bigint) * 10000 * {{ weights.critical_tickets }}
        )
    {%- endset -%}
    {{ customer_health.rounded_ratio(weighted_sum, weights.scale ~ ' * 100 * ' ~ tickets) }}
{%- endmacro %}
