{%- set quantities = [
    'num_products',
    'arr',
    'num_products_90d_ago',
    'arr_90d_ago',
    'total_tickets',
    'open_tickets',
    'open_bug_tickets',
    'open_incident_tickets',
    'open_question_tickets',
    'open_feature_request_tickets',
    'aged_tickets',
    'resolved_tickets',
    'days_to_resolution',
] -%}
with customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

-- the value of 90 days ago changes 90 days later
subscription_changes_90_days_later as (

    select
        customer_id,
        {{ add_days('date', window_days()) }} as date,
        num_products_change,
        arr_change
    from subscription_changes

),

ticket_changes as (

    select * from {{ ref('int_ticket_changes') }}

),

change_dates as (

    select
        customer_id,
        first_day as date
    from customer_spans
    union distinct
    select
        customer_id,
        date
    from subscription_changes
    union distinct
    select
        customer_id,
        date
    from subscription_changes_90_days_later
    union distinct
    select
        customer_id,
        date
    from ticket_changes

),

-- changes before the first day are its opening balance
changes as (

    select
        customer_spans.customer_id,
        greatest(change_dates.date, customer_spans.first_day) as valid_from,
        customer_spans.last_day,
        cast(coalesce(sum(now.num_products_change), 0) as int) as num_products_change,
        coalesce(sum(now.arr_change), 0) as arr_change,
        cast(coalesce(sum(before.num_products_change), 0) as int) as num_products_90d_ago_change,
        coalesce(sum(before.arr_change), 0) as arr_90d_ago_change,
        cast(coalesce(sum(tickets.total_tickets_change), 0) as int) as total_tickets_change,
        cast(coalesce(sum(tickets.open_tickets_change), 0) as int) as open_tickets_change,
        cast(coalesce(sum(tickets.open_bug_tickets_change), 0) as int) as open_bug_tickets_change,
        cast(coalesce(sum(tickets.open_incident_tickets_change), 0) as int) as open_incident_tickets_change,
        cast(coalesce(sum(tickets.open_question_tickets_change), 0) as int) as open_question_tickets_change,
        cast(coalesce(sum(tickets.open_feature_request_tickets_change), 0) as int) as open_feature_request_tickets_change,
        cast(coalesce(sum(tickets.aged_tickets_change), 0) as int) as aged_tickets_change,
        cast(coalesce(sum(tickets.resolved_tickets_change), 0) as int) as resolved_tickets_change,
        cast(coalesce(sum(tickets.days_to_resolution_change), 0) as bigint) as days_to_resolution_change
    from change_dates
    inner join customer_spans
        on
            change_dates.customer_id = customer_spans.customer_id
            and change_dates.date <= customer_spans.last_day
    left join subscription_changes as now
        on change_dates.customer_id = now.customer_id and change_dates.date = now.date
    left join subscription_changes_90_days_later as before
        on change_dates.customer_id = before.customer_id and change_dates.date = before.date
    left join ticket_changes as tickets
        on change_dates.customer_id = tickets.customer_id and change_dates.date = tickets.date
    group by customer_spans.customer_id, greatest(change_dates.date, customer_spans.first_day), customer_spans.last_day

),

totals as (

    select
        customer_id,
        valid_from,
        last_day,
        {%- for quantity in quantities %}
        {{ running_total(quantity ~ '_change', 'customer_id', 'valid_from') }} as {{ quantity }},
        {%- endfor %}
        lead(valid_from) over (partition by customer_id order by valid_from) as next_valid_from
    from changes

),

-- every engine divides whole cents exactly
in_cents as (

    select
        *,
        cast(100 * arr as {{ type_cents() }}) as arr_cents,
        cast(100 * arr_90d_ago as {{ type_cents() }}) as arr_cents_90d_ago
    from totals

)

select
    customer_id,
    valid_from,
    coalesce({{ add_days('next_valid_from', -1) }}, last_day) as valid_to,
    cast(num_products as int) as num_products,
    cast(arr as decimal(18, 2)) as total_arr,
    {{ rounded_ratio('arr_cents', '1200') }} as total_mrr,
    {{ percent_change('num_products', 'num_products_90d_ago') }} as pct_change_products_90d,
    {{ percent_change('arr_cents', 'arr_cents_90d_ago') }} as pct_change_arr_90d,
    {{ percent_change('arr_cents', 'arr_cents_90d_ago') }} as pct_change_mrr_90d,
    cast(total_tickets as int) as total_tickets_to_date,
    cast(open_tickets as int) as open_tickets,
    cast(open_bug_tickets as int) as open_bug_tickets,
    cast(open_incident_tickets as int) as open_incident_tickets,
    cast(open_question_tickets as int) as open_question_tickets,
    cast(open_feature_request_tickets as int) as open_feature_request_tickets,
    cast(aged_tickets as int) as tickets_open_14plus_days,
    {{ rounded_ratio('days_to_resolution', 'resolved_tickets') }} as avg_days_to_resolution
from in_cents
