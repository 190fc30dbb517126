with logins as (

    select * from {{ ref('stg_segment__logins') }}

),

user_types as (

    select * from {{ ref('stg_segment__user_types') }}

),

customer_ids as (

    select * from {{ ref('stg_crosswalk__customer_ids') }}

),

-- the user type at the time of the login
typed as (

    select
        logins.*,
        user_types.user_type
    from logins
    left join user_types
        on
            logins.user_id = user_types.user_id
            and (logins.login_timestamp >= user_types.valid_from or user_types.valid_from is null)
            and (logins.login_timestamp < user_types.valid_to or user_types.valid_to is null)

),

-- an id without a match is kept, and rejected as unknown_customer
matched as (

    select
        typed.*,
        coalesce(customer_ids.customer_id, typed.source_key) as customer_id
    from typed
    left join customer_ids on typed.source_key = customer_ids.source_key

)

select
    user_id,
    customer_id,
    user_type,
    login_timestamp,
    event_id,
    source_key
from matched
