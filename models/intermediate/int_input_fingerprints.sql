with customers as (

    select * from {{ ref('stg_customers') }}

),

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

login_events as (

    select * from {{ ref('stg_login_events') }}

),

ticket_changes as (

    select * from {{ ref('int_ticket_changes') }}

),

as_of as (

    select * from {{ ref('int_as_of_date') }}

),

-- whatever moves a metric, with the first day on which it does
effects as (

    select
        'customers' as source,
        acquisition_date as date,
        {{ row_hash(['customer_id']) }} as row_hash
    from customers
    union all
    select
        'subscriptions' as source,
        date,
        {{ row_hash(['customer_id', 'num_products', 'arr']) }} as row_hash
    from subscription_changes
    union all
    select
        'login_events' as source,
        cast(login_timestamp as date) as date,
        {{ row_hash(['customer_id', 'user_id', 'user_type']) }} as row_hash
    from login_events
    union all
    select
        'support_tickets' as source,
        date,
        {{ row_hash([
            'customer_id',
            'total_tickets',
            'open_tickets',
            'open_bug_tickets',
            'open_incident_tickets',
            'open_question_tickets',
            'open_feature_request_tickets',
            'aged_tickets',
            'resolved_tickets',
            'days_to_resolution',
        ]) }} as row_hash
    from ticket_changes

),

-- the order of the rows does not matter to a sum
days as (

    select
        effects.source,
        effects.date,
        count(*) as num_rows,
        cast(sum(effects.row_hash) as {{ dbt.type_string() }}) as fingerprint
    from effects
    inner join as_of on effects.date <= as_of.as_of_date
    group by effects.source, effects.date

),

-- when the end moves, the days between the old one and the new one are what changes
first_day_not_built as (

    select
        'as_of_date' as source,
        {{ add_days('as_of_date', 1) }} as date,
        1 as num_rows,
        '0' as fingerprint
    from as_of
    where as_of_date is not null

)

select
    source,
    date,
    num_rows,
    fingerprint
from days
union all
select
    source,
    date,
    num_rows,
    fingerprint
from first_day_not_built
