with customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

user_login_days as (

    select * from {{ ref('int_user_login_days') }}

),

customer_login_days as (

    select
        customer_id,
        date,
        sum(num_logins) as num_logins,
        count(*) as num_unique_users,
        sum(admin_logins) as admin_logins,
        count(case when admin_logins > 0 then 1 end) as admin_unique_users,
        sum(advanced_logins) as advanced_logins,
        count(case when advanced_logins > 0 then 1 end) as advanced_unique_users,
        sum(standard_logins) as standard_logins,
        count(case when standard_logins > 0 then 1 end) as standard_unique_users
    from user_login_days
    group by customer_id, date

),

-- a user counts from a login until 89 days after it; logins closer together make one longer stay
user_windows as (

    select
        customer_id,
        user_id,
        date as first_day,
        {{ add_days('date', 89) }} as last_day
    from user_login_days

),

user_stays as (

    {{ merge_overlapping_intervals(
        relation='user_windows',
        partition_by=['customer_id', 'user_id'],
        first_day='first_day',
        last_day='last_day',
    ) }}

),

changes_last_3m as (

    select
        customer_id,
        date,
        num_logins,
        0 as num_unique_users
    from customer_login_days
    union all
    select
        customer_id,
        {{ add_days('date', 90) }} as date,
        -num_logins as num_logins,
        0 as num_unique_users
    from customer_login_days
    union all
    select
        customer_id,
        first_day as date,
        0 as num_logins,
        1 as num_unique_users
    from user_stays
    union all
    select
        customer_id,
        {{ add_days('last_day', 1) }} as date,
        0 as num_logins,
        -1 as num_unique_users
    from user_stays

),

-- 90 days after a change, the 90 days before those change in the same way
changes as (

    select
        customer_id,
        date,
        num_logins as num_logins_last_3m,
        num_unique_users as num_unique_users_last_3m,
        0 as num_logins_prev_3m,
        0 as num_unique_users_prev_3m
    from changes_last_3m
    union all
    select
        customer_id,
        {{ add_days('date', 90) }} as date,
        0 as num_logins_last_3m,
        0 as num_unique_users_last_3m,
        num_logins as num_logins_prev_3m,
        num_unique_users as num_unique_users_prev_3m
    from changes_last_3m

),

-- what happened before the first day is summed up on the first day
window_changes as (

    select
        changes.customer_id,
        greatest(changes.date, customer_spans.first_day) as date,
        sum(changes.num_logins_last_3m) as num_logins_last_3m,
        sum(changes.num_unique_users_last_3m) as num_unique_users_last_3m,
        sum(changes.num_logins_prev_3m) as num_logins_prev_3m,
        sum(changes.num_unique_users_prev_3m) as num_unique_users_prev_3m
    from changes
    inner join customer_spans
        on
            changes.customer_id = customer_spans.customer_id
            and changes.date <= customer_spans.last_day
    group by changes.customer_id, greatest(changes.date, customer_spans.first_day)

)

select
    window_changes.customer_id,
    window_changes.date,
    coalesce(customer_login_days.num_logins, 0) as num_logins,
    coalesce(customer_login_days.num_unique_users, 0) as num_unique_users,
    coalesce(customer_login_days.admin_logins, 0) as admin_logins,
    coalesce(customer_login_days.admin_unique_users, 0) as admin_unique_users,
    coalesce(customer_login_days.advanced_logins, 0) as advanced_logins,
    coalesce(customer_login_days.advanced_unique_users, 0) as advanced_unique_users,
    coalesce(customer_login_days.standard_logins, 0) as standard_logins,
    coalesce(customer_login_days.standard_unique_users, 0) as standard_unique_users,
    window_changes.num_logins_last_3m,
    window_changes.num_unique_users_last_3m,
    window_changes.num_logins_prev_3m,
    window_changes.num_unique_users_prev_3m
from window_changes
left join customer_login_days
    on
        window_changes.customer_id = customer_login_days.customer_id
        and window_changes.date = customer_login_days.date
