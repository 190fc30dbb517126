{%- set categories = ['bug', 'incident', 'question', 'feature_request'] -%}
with support_tickets as (

    select * from {{ ref('stg_support_tickets') }}

),

tickets as (

    select
        customer_id,
        {%- for category in categories %}
        case when ticket_category = '{{ category | replace('_', ' ') }}' then 1 else 0 end as {{ category }}_tickets,
        {%- endfor %}
        cast(created_date as date) as created_day,
        {{ add_days('cast(created_date as date)', ticket_aging_days()) }} as aged_day,
        {{ resolved_day('status', 'closed_date') }} as resolved_day
    from support_tickets

),

-- a ticket changes the counts when it is created, when it has aged, and when it is resolved
changes as (

    select
        customer_id,
        created_day as date,
        1 as total_tickets_change,
        1 as open_tickets_change,
        {%- for category in categories %}
        {{ category }}_tickets as open_{{ category }}_tickets_change,
        {%- endfor %}
        0 as aged_tickets_change,
        0 as resolved_tickets_change,
        0 as days_to_resolution_change
    from tickets
    union all
    select
        customer_id,
        aged_day as date,
        0 as total_tickets_change,
        0 as open_tickets_change,
        {%- for category in categories %}
        0 as open_{{ category }}_tickets_change,
        {%- endfor %}
        1 as aged_tickets_change,
        0 as resolved_tickets_change,
        0 as days_to_resolution_change
    from tickets
    where resolved_day is null or resolved_day > aged_day
    union all
    select
        customer_id,
        resolved_day as date,
        0 as total_tickets_change,
        -1 as open_tickets_change,
        {%- for category in categories %}
        -{{ category }}_tickets as open_{{ category }}_tickets_change,
        {%- endfor %}
        case when resolved_day > aged_day then -1 else 0 end as aged_tickets_change,
        1 as resolved_tickets_change,
        {{ days_between('created_day', 'resolved_day') }} as days_to_resolution_change
    from tickets
    where resolved_day is not null

)

select
    customer_id,
    date,
    cast(sum(total_tickets_change) as int) as total_tickets_change,
    cast(sum(open_tickets_change) as int) as open_tickets_change,
    {%- for category in categories %}
    cast(sum(open_{{ category }}_tickets_change) as int) as open_{{ category }}_tickets_change,
    {%- endfor %}
    cast(sum(aged_tickets_change) as int) as aged_tickets_change,
    cast(sum(resolved_tickets_change) as int) as resolved_tickets_change,
    cast(sum(days_to_resolution_change) as bigint) as days_to_resolution_change
from changes
group by customer_id, date
