{# Currency signs are dropped, so amounts of several currencies would be added up. #}
{% macro _check_currency() %}
    {% if customer_health.setting('decimal_separator', 'subscriptions') is not none %}
        {% set arr = customer_health.raw_column('subscriptions', 'arr') %}
        {% set codes = {'$': 'USD', '\u20ac': 'EUR', '\u00a3': 'GBP', '\u00a5': 'JPY', '\u20b9': 'INR', '\u20a9': 'KRW', '\u20ba': 'TRY'} %}
        {% set query %}
            with raw as (select * from {{ customer_health.raw_table('subscriptions') }})

            select distinct
                regexp_extract(
                    {{ customer_health.clean_text(arr) }}, {{ customer_health.text_literal(customer_health.currency_pattern()) }}, 1
                ) as currency
            from raw
            where {{ customer_health.plain_number(arr, 'subscriptions') }} is not null
        {% endset %}
        {% set found = [] %}
        {% for currency in run_query(query).columns[0].values() if currency %}
            {% do found.append(codes.get(currency, currency)) %}
        {% endfor %}
        {% if found | unique | list | length > 1 %}
            {{ exceptions.raise_compiler_error(
                "subscriptions: arr is in " ~ found | unique | sort | join(' and in ')
                ~ ", which cannot be added up; convert it to one currency."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
