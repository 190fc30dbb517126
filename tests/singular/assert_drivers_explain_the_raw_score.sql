{% set weights = customer_health.setting('risk_weights') %}
{% set drivers = ['products', 'arr', 'logins', 'unique_users', 'critical_tickets'] %}
with risk_drivers as (

    select * from {{ ref('customer_risk_drivers') }}
    where date >= {{ first_untested_day(ref('customer_daily_metrics')) }}

)

select
    record_key,
    {{ drivers | join('_driver,\n    ') }}_driver,
    customer_risk_score_raw,
    largest_driver
from risk_drivers
where
    {{ drivers | join('_driver + ') }}_driver is distinct from customer_risk_score_raw
    {%- for name in drivers %}
    or {{ name }}_driver > 100 * {{ weights.get(name, 1) }} + 0.01
    or {{ name }}_driver < {{ 0 if name == 'critical_tickets' else '-100 * ' ~ weights.get(name, 1) ~ ' - 0.01' }}
    {%- endfor %}
    or greatest(0, {{ drivers | join('_driver, ') }}_driver) <> case largest_driver
        {%- for name in drivers %}
        when '{{ name }}' then {{ name }}_driver
        {%- endfor %}
        else 0
    end
