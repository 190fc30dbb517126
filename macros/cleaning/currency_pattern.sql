{% macro currency_pattern() %}
    {{ return('([$\u20ac\u00a3\u00a5\u20b9\u20a9\u20ba]|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|ILS|INR|JPY|KRW|MXN|NOK|NZD'
        ~ '|PLN|RON|SEK|SGD|TRY|USD|ZAR)') }}
{% endmacro %}
