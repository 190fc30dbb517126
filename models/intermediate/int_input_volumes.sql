-- depends_on: {{ ref('int_as_of_date') }}
with volumes as (

    {{ input_volumes({
        'customers': ref('base_customers'),
        'subscriptions': ref('base_subscriptions'),
        'login_events': ref('base_login_events'),
        'support_tickets': ref('base_support_tickets'),
    }) }}

)

select
    source_table,
    origin,
    num_rows
from volumes
