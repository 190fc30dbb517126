{%- set user_types = ['admin', 'advanced', 'standard'] -%}
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
        {%- for type in user_types %}
        cast(sum({{ type }}_logins) as int) as {{ type }}_logins,
        cast(count(case when {{ type }}_logins > 0 then 1 end) as int) as {{ type }}_unique_users,
        {%- endfor %}
        cast(sum(num_logins) as int) as num_logins,
        cast(count(*) as int) as num_unique_users
    from user_login_days
    group by customer_id, date

),

user_login_gaps as (

    select
        customer_id,
        date,
        lag(date) over (partition by customer_id, user_id order by date) as previous_date,
        lead(date) over (partition by customer_id, user_id order by date) as next_date
    from user_login_days

),

-- gaps and islands: a user counts for 90 days from a login, without a gap if the next one comes in time
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
        {{ add_days('date', num_days('window')) }} as date,
        -num_logins as num_logins,
        0 as num_unique_users
    from customer_login_days
    union all
    select
        customer_id,
        date,
        0 as num_logins,
        1 as num_unique_users
    from user_login_gaps
    where previous_date is null or date > {{ add_days('previous_date', num_days('window')) }}
    union all
    select
        customer_id,
        {{ add_days('date', num_days('window')) }} as date,
        0 as num_logins,
        -1 as num_unique_users
    from user_login_gaps
    where next_date is null or next_date > {{ add_days('date', num_days('window')) }}

),

-- the previous window changes in the same way 90 days later
changes as (

    select
        customer_id,
        date,
        num_logins as num_logins_last_3m_change,
        num_unique_users as num_unique_users_last_3m_change,
        0 as num_logins_prev_3m_change,
        0 as num_unique_users_prev_3m_change
    from changes_last_3m
    union all
    select
        customer_id,
        {{ add_days('date', num_days('window')) }} as date,
        0 as num_logins_last_3m_change,
        0 as num_unique_users_last_3m_change,
        num_logins as num_logins_prev_3m_change,
        num_unique_users as num_unique_users_prev_3m_change
    from changes_last_3m

),

-- changes before the first day are its opening balance
window_changes as (

    select
        changes.customer_id,
        greatest(changes.date, customer_spans.first_day) as date,
        cast(sum(changes.num_logins_last_3m_change) as int) as num_logins_last_3m_change,
        cast(sum(changes.num_unique_users_last_3m_change) as int) as num_unique_users_last_3m_change,
        cast(sum(changes.num_logins_prev_3m_change) as int) as num_logins_prev_3m_change,
        cast(sum(changes.num_unique_users_prev_3m_change) as int) as num_unique_users_prev_3m_change
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
    {%- for type in user_types %}
    coalesce(customer_login_days.{{ type }}_logins, 0) as {{ type }}_logins,
    coalesce(customer_login_days.{{ type }}_unique_users, 0) as {{ type }}_unique_users,
    {%- endfor %}
    window_changes.num_logins_last_3m_change,
    window_changes.num_unique_users_last_3m_change,
    window_changes.num_logins_prev_3m_change,
    window_changes.num_unique_users_prev_3m_change
from window_changes
left join customer_login_days
    on
        window_changes.customer_id = customer_login_days.customer_id
        and window_changes.date = customer_login_days.date
