with source as (

    select * from {{ source('segment', 'identifies') }}

),

-- an identify call has only the traits that it was given
typed as (

    select
        user_id,
        user_type,
        timestamp as valid_from
    from source
    where user_type is not null

)

select
    user_id,
    user_type,
    -- the first known type also counts for the time before
    case
        when row_number() over (partition by user_id order by valid_from asc, user_type asc) > 1 then valid_from
    end as valid_from,
    lead(valid_from) over (partition by user_id order by valid_from asc, user_type asc) as valid_to
from typed
