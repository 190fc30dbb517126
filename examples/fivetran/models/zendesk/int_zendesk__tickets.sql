with tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}

),

status_changes as (

    select * from {{ ref('stg_zendesk__status_changes') }}

),

last_unsolved as (

    select
        ticket_id,
        max(changed_at) as changed_at
    from status_changes
    where not is_solved
    group by ticket_id

),

-- solved for the last time: what came after is but the closing of it
solved as (

    select
        status_changes.ticket_id,
        min(status_changes.changed_at) as solved_at
    from status_changes
    left join last_unsolved on status_changes.ticket_id = last_unsolved.ticket_id
    where
        status_changes.is_solved
        and (status_changes.changed_at > last_unsolved.changed_at or last_unsolved.changed_at is null)
    group by status_changes.ticket_id

),

translated as (

    select
        tickets.ticket_id,
        tickets.source_key,
        tickets.created_at,
        tickets.updated_at,
        solved.solved_at,
        case
            when tickets.status in ('solved', 'closed') then 'closed'
            when tickets.status in ('pending', 'hold') then 'on-hold'
            when tickets.status = 'new' then 'open'
            else tickets.status
        end as status,
        case tickets.type
            when 'problem' then 'bug'
            when 'task' then 'feature request'
            else tickets.type
        end as ticket_category
    from tickets
    left join solved on tickets.ticket_id = solved.ticket_id

)

select
    ticket_id,
    source_key,
    status,
    created_at,
    ticket_category,
    case when status = 'closed' then coalesce(solved_at, updated_at) end as closed_at,
    updated_at
from translated
