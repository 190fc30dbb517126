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
        {{ add_days('date', num_days('window')) }} as date,
        num_products,
        arr
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
        cast(coalesce(sum(now.num_products), 0) as int) as num_products,
        coalesce(sum(now.arr), 0) as arr,
        cast(coalesce(sum(before.num_products), 0) as int) as num_products_90d_ago,
        coalesce(sum(before.arr), 0) as arr_90d_ago,
        cast(coalesce(sum(tickets.total_tickets), 0) as int) as total_tickets,
        cast(coalesce(sum(tickets.open_tickets), 0) as int) as open_tickets,
        cast(coalesce(sum(tickets.open_bug_tickets), 0) as int) as open_bug_tickets,
        cast(coalesce(sum(tickets.open_incident_tickets), 0) as int) as open_incident_tickets,
        cast(coalesce(sum(tickets.open_question_tickets), 0) as int) as open_question_tickets,
        cast(coalesce(sum(tickets.open_feature_request_tickets), 0) as int) as open_feature_request_tickets,
        cast(coalesce(sum(tickets.aged_tickets), 0) as int) as aged_tickets,
        cast(coalesce(sum(tickets.resolved_tickets), 0) as int) as resolved_tickets,
        cast(coalesce(sum(tickets.days_to_resolution), 0) as bigint) as days_to_resolution
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
        lead(valid_from) over (partition by customer_id order by valid_from) as next_valid_from,
        {{ running_total('num_products', 'customer_id', 'valid_from') }} as num_products,
        {{ running_total('arr', 'customer_id', 'valid_from') }} as arr,
        {{ running_total('num_products_90d_ago', 'customer_id', 'valid_from') }} as num_products_90d_ago,
        {{ running_total('arr_90d_ago', 'customer_id', 'valid_from') }} as arr_90d_ago,
        {{ running_total('total_tickets', 'customer_id', 'valid_from') }} as total_tickets,
        {{ running_total('open_tickets', 'customer_id', 'valid_from') }} as open_tickets,
        {{ running_total('open_bug_tickets', 'customer_id', 'valid_from') }} as open_bug_tickets,
        {{ running_total('open_incident_tickets', 'customer_id', 'valid_from') }} as open_incident_tickets,
        {{ running_total('open_question_tickets', 'customer_id', 'valid_from') }} as open_question_tickets,
        {{ running_total('open_feature_request_tickets', 'customer_id', 'valid_from') }} as open_feature_request_tickets,
        {{ running_total('aged_tickets', 'customer_id', 'valid_from') }} as aged_tickets,
        {{ running_total('resolved_tickets', 'customer_id', 'valid_from') }} as resolved_tickets,
        {{ running_total('days_to_resolution', 'customer_id', 'valid_from') }} as days_to_resolution
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
