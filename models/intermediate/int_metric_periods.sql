{%- set counts_of_the_day = [
    'num_logins',
    'num_unique_users',
    'admin_logins',
    'admin_unique_users',
    'advanced_logins',
    'advanced_unique_users',
    'standard_logins',
    'standard_unique_users',
] -%}
{%- set windows = ['num_logins_last_3m', 'num_unique_users_last_3m', 'num_logins_prev_3m', 'num_unique_users_prev_3m'] -%}
with account_periods as (

    select * from {{ ref('int_account_periods') }}

),

login_changes as (

    select * from {{ ref('int_login_changes') }}

),

-- a period of the account begins a period here too, so that nothing changes within one
changes as (

    select
        coalesce(login_changes.customer_id, account_periods.customer_id) as customer_id,
        coalesce(login_changes.date, account_periods.valid_from) as date,
        {%- for name in counts_of_the_day %}
        coalesce(login_changes.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {%- for window in windows %}
        coalesce(login_changes.{{ window }}_change, 0) as {{ window }}_change,
        {%- endfor %}
        account_periods.valid_from as account_valid_from
    from login_changes
    full outer join account_periods
        on login_changes.customer_id = account_periods.customer_id and login_changes.date = account_periods.valid_from

),

totals as (

    select
        customer_id,
        date as valid_from,
        {%- for name in counts_of_the_day %}
        {{ name }},
        {%- endfor %}
        {%- for window in windows %}
        cast(
            {{ running_total(window ~ '_change', 'customer_id', 'date') }} as bigint
        ) as {{ window }},
        {%- endfor %}
        max(account_valid_from) over (
            partition by customer_id order by date
            rows unbounded preceding
        ) as account_valid_from,
        lead(date) over (partition by customer_id order by date) as next_valid_from
    from changes

)

select
    totals.customer_id,
    totals.valid_from,
    coalesce({{ add_days('totals.next_valid_from', -1) }}, account_periods.valid_to) as valid_to,
    account_periods.num_products,
    account_periods.total_arr,
    account_periods.total_mrr,
    account_periods.pct_change_products_90d,
    account_periods.pct_change_arr_90d,
    account_periods.pct_change_mrr_90d,
    {%- for name in counts_of_the_day + windows %}
    totals.{{ name }},
    {%- endfor %}
    {{ percent_change('totals.num_logins_last_3m', 'totals.num_logins_prev_3m') }} as pct_change_logins_3m,
    {{ percent_change('totals.num_unique_users_last_3m', 'totals.num_unique_users_prev_3m') }} as pct_change_unique_users_3m,
    account_periods.total_tickets_to_date,
    account_periods.open_tickets,
    account_periods.open_bug_tickets,
    account_periods.open_incident_tickets,
    account_periods.open_question_tickets,
    account_periods.open_feature_request_tickets,
    account_periods.tickets_open_14plus_days,
    account_periods.avg_days_to_resolution
from totals
inner join account_periods
    on totals.customer_id = account_periods.customer_id and totals.account_valid_from = account_periods.valid_from
