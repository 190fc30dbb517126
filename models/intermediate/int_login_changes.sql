{%- set user_types = ['admin', 'advanced', 'standard'] -%}
with customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

user_login_days as (

    select * from {{ ref('int_user_login_days') }}

),

user_login_gaps as (

    select
        *,
        lag(date) over (partition by customer_id, user_id order by date) as previous_date,
        lead(date) over (partition by customer_id, user_id order by date) as next_date
    from user_login_days

),

-- gaps and islands: a user counts for 90 days from a login, without a gap if the next one comes in time
customer_login_days as (

    select
        customer_id,
        date,
        {%- for type in user_types %}
        cast(sum({{ type }}_logins) as int) as {{ type }}_logins,
        cast(count(case when {{ type }}_logins > 0 then 1 end) as int) as {{ type }}_unique_users,
        {%- endfor %}
        cast(sum(num_logins) as int) as num_logins,
        cast(count(*) as int) as num_unique_users,
        cast(count(
            case when previous_date is null or date > {{ add_days('previous_date', window_days()) }} then 1 end
        ) as int) as users_entering,
        cast(count(
            case when next_date is null or next_date > {{ add_days('date', window_days()) }} then 1 end
        ) as int) as users_leaving
    from user_login_gaps
    group by customer_id, date

),

login_days_to_build as (

    select *
    from customer_login_days
    where date >= coalesce({{ first_day_to_build('customer_daily_metrics') }}, cast('0001-01-01' as date))

),

-- a day enters the last 90 days, leaves them for the 90 days before, and leaves those
moves as (

    select
        0 as days_later,
        1 as enters_last,
        0 as enters_prev,
        0 as leaves_prev
    union all
    select
        {{ window_days() }} as days_later,
        0 as enters_last,
        1 as enters_prev,
        0 as leaves_prev
    union all
    select
        {{ 2 * window_days() }} as days_later,
        0 as enters_last,
        0 as enters_prev,
        1 as leaves_prev

),

changes as (

    select
        days.customer_id,
        {{ add_days('days.date', 'moves.days_later') }} as date,
        days.num_logins * (moves.enters_last - moves.enters_prev) as num_logins_last_3m_change,
        days.num_logins * (moves.enters_prev - moves.leaves_prev) as num_logins_prev_3m_change,
        days.users_entering * moves.enters_last - days.users_leaving * moves.enters_prev as num_unique_users_last_3m_change,
        days.users_entering * moves.enters_prev - days.users_leaving * moves.leaves_prev as num_unique_users_prev_3m_change
    from customer_login_days as days
    cross join moves

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
    coalesce(login_days_to_build.num_logins, 0) as num_logins,
    coalesce(login_days_to_build.num_unique_users, 0) as num_unique_users,
    {%- for type in user_types %}
    coalesce(login_days_to_build.{{ type }}_logins, 0) as {{ type }}_logins,
    coalesce(login_days_to_build.{{ type }}_unique_users, 0) as {{ type }}_unique_users,
    {%- endfor %}
    window_changes.num_logins_last_3m_change,
    window_changes.num_unique_users_last_3m_change,
    window_changes.num_logins_prev_3m_change,
    window_changes.num_unique_users_prev_3m_change
from window_changes
left join login_days_to_build
    on
        window_changes.customer_id = login_days_to_build.customer_id
        and window_changes.date = login_days_to_build.date
