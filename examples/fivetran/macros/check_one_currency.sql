{# A pre-hook, so that nothing is written. Amounts of two currencies cannot be added up. #}
{% macro check_one_currency(periods, items, prices) %}
    {% if execute %}
        {% set found = run_query(
            'select prices.currency, count(*) as num_items from ' ~ items ~ ' as items'
            ~ ' inner join ' ~ prices ~ ' as prices on items.price_id = prices.price_id'
            ~ ' where items.subscription_id in (select subscription_id from ' ~ periods ~ ')'
            ~ ' group by prices.currency order by prices.currency'
        ).rows %}
        {% if found | length > 1 %}
            {% set currencies = [] %}
            {% for currency, num_items in found %}
                {% do currencies.append(currency ~ ' (' ~ num_items ~ ' items)') %}
            {% endfor %}
            {{ exceptions.raise_compiler_error(
                'Stripe has subscriptions in more than one currency: ' ~ currencies | join(', ')
                ~ '. ARR is one amount per customer, so convert the prices into one currency in stg_stripe__prices.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
