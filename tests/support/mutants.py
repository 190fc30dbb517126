"""Small errors in the SQL, each of which a test has to notice."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """``old`` occurs exactly once in the file; ``settings`` is where the oracle sees ``new``."""

    name: str
    old: str
    new: str
    settings: str = "defaults"


# Kept by hand: one mutant to a line or two, its fragments below each other.
# fmt: off
MUTANTS = {
    "models/intermediate/int_login_changes.sql": [
        Mutant("logins enter a day late", "        0 as days_later,", "        1 as days_later,"),
        Mutant("logins leave a day late", "{{ num_days('window') }} as days_later",
               "91 as days_later"),
        Mutant("users never leave", "- days.users_leaving * moves.enters_prev", ""),
        Mutant("users who stay are counted again", "('previous_date', num_days('window'))",
               "('previous_date', 20)"),
        Mutant("users leave while they stay", "next_date > {{ add_days('date', num_days('window'))",
               "next_date > {{ add_days('date', 20)"),
        Mutant("logins leave the previous window a day late",
               "{{ 2 * num_days('window') }} as days_later", "181 as days_later"),
        Mutant("trial logins are lost", "and changes.date <=",
               "and changes.date >= customer_spans.first_day and changes.date <="),
        Mutant("logins are counted as users", "count(*) as int) as num_unique_users",
               "sum(num_logins) as int) as num_unique_users"),
        Mutant("users count in one type only", "{{ type }}_logins > 0",
               "{{ type }}_logins = num_logins"),
    ],
    "macros/metrics/last_active_day.sql": [
        Mutant("inclusive end is lost", "        {{ end_date }}", "        {{ end_date }} - 1"),
        Mutant("exclusive end is ignored", "{{ customer_health.add_days(end_date, -1) }}",
               "{{ end_date }}", "changed"),
    ],
    "models/intermediate/int_subscription_changes.sql": [
        Mutant("overlapping subscriptions are two products", "['customer_id', 'product_id']",
               "['customer_id', 'product_id', 'arr']"),
        Mutant("arr is per unit", "        arr,\n        start_date",
               "        arr * quantity as arr,\n        start_date"),
    ],
    "models/intermediate/int_customer_spans.sql": [
        Mutant("last day is lost", "as_of_date as last_day", "as_of_date - 1 as last_day"),
        Mutant("customer acquired on the last day is lost", "<=", "<", "changed"),
    ],
    "models/intermediate/int_as_of_date.sql": [
        Mutant("as_of_date is the clock's", "date_setting('as_of_date') }}, date)",
               "date_setting('as_of_date') }}, {{ run_day() }})"),
        Mutant("as_of_date follows a clock that runs ahead", "date <= {{ run_day() }}", "true"),
    ],
    "models/intermediate/int_source_days.sql": [
        Mutant("as_of_date ignores closed dates", "cast(closed_date as date)",
               "cast(created_date as date)"),
    ],
    "models/intermediate/int_user_login_days.sql": [
        Mutant("logins of an unknown type are lost", "count(*) as int) as num_logins",
               "count(case when user_type in ('admin', 'advanced', 'standard') then 1 end)"
               " as int) as num_logins"),
    ],
    "models/intermediate/int_ticket_changes.sql": [
        Mutant("tickets age a day late", "num_days('ticket_aging')", "15"),
        Mutant("a resolution on the fourteenth day ends an age that never began",
               "case when resolved_day > aged_day", "case when resolved_day >= aged_day"),
        Mutant("reopened tickets are resolved", "{{ resolved_day('status', 'closed_date') }}",
               "cast(closed_date as date)"),
        Mutant("tickets are open on the day of resolution", "        resolved_day as date,",
               "        resolved_day + 1 as date,"),
        Mutant("resolution takes a day longer", "'resolved_day') }} as days",
               "'resolved_day') }} + 1 as days"),
    ],
    "models/intermediate/int_account_periods.sql": [
        Mutant("change is over 91 days", "num_days('window')", "91"),
        Mutant("mrr changes by rounded amounts", "'arr_cents_90d_ago') }} as pct_change_mrr_90d",
               "'(arr_cents_90d_ago // 12 * 12)') }} as pct_change_mrr_90d"),
        Mutant("average is over all tickets", "'resolved_tickets') }} as avg",
               "'total_tickets') }} as avg"),
        Mutant("account before the first day is lost", "and change_dates.date <=",
               "and change_dates.date >= customer_spans.first_day and change_dates.date <="),
        Mutant("periods end with another customer's", "over (partition by customer_id ", "over ("),
    ],
    "models/intermediate/int_metric_periods.sql": [
        Mutant("periods end a day late", "add_days('totals.next_valid_from', -1)",
               "add_days('totals.next_valid_from', 0)"),
        Mutant("the account stays as it was at first", "max(account_valid_from)",
               "min(account_valid_from)"),
        Mutant("an account without logins is lost", "full outer join account", "left join account"),
        Mutant("users change as logins do", "totals.num_unique_users_prev_3m') }}",
               "totals.num_logins_prev_3m') }}"),
    ],
    "models/marts/customer_daily_metrics.sql": [
        Mutant("declining is true without a percentage", "unique_users_3m < 0, false)",
               "unique_users_3m < 0, true)"),
        Mutant("threshold is enough", "days > {{ number", "days >= {{ number"),
        Mutant("critical share is not limited", "tickets_open_14plus_days, open_tickets)",
               "tickets_open_14plus_days)"),
        Mutant("logins of a day last for the period", "when date = valid_from then num_logins else",
               "when true then num_logins else"),
    ],
    "models/marts/customers_enriched.sql": [
        Mutant("first row is the latest", "select max(date) as date", "select min(date) as date"),
        Mutant("the newest row is an activity", "num_logins > 0", "num_logins >= 0"),
        Mutant("days since a future acquisition",
               "when customers.acquisition_date <= as_of.as_of_date", "when true", "changed"),
    ],
    "models/marts/customer_risk_drivers.sql": [
        Mutant("drivers are not weighted", "-{{ weights.arr }}", "-{{ weights.scale }}", "changed"),
        Mutant("a driver is rounded by itself",
               "{{ rounded_ratio('(products + arr + logins)', scale) | indent }} as",
               "up_to_arr + {{ rounded_ratio('logins', scale) | indent }} as", "changed"),
        Mutant("what lowers the score can be its largest driver", "when largest <= 0 then null",
               "when false then null"),
        Mutant("the largest driver is the largest change", "        greatest(products_driver, arr",
               "        greatest(products_driver, -arr_driver, arr"),
    ],
    "models/marts/customer_months.sql": [
        Mutant("a year has eleven months", "lag(total_arr, 12)", "lag(total_arr, 11)", "renewed"),
        Mutant("a month is compared with the one after it", "lag(total_arr)", "lead(total_arr)"),
        Mutant("who comes back has expanded", "case when arr_at_start = 0 then arr_at_end else 0",
               "case when arr_at_start is null then arr_at_end else 0"),
        Mutant("a month that is not over counts", "where date = last_day(date)",
               "where date = last_day(date) or date = (select max(date) from daily_metrics)",
               "changed"),
    ],
    "models/marts/open_support_tickets.sql": [
        Mutant("a ticket closed today is open", "resolved_day > customers",
               "resolved_day >= customers"),
        Mutant("a closing date closes", "{{ resolved_day('status', 'closed_date') }}",
               "cast(closed_date as date)"),
    ],
    "models/marts/risk_score_outcomes.sql": [
        Mutant("month ends without ARR count", "from month_ends) and total_arr > 0",
               "from month_ends)", "judged"),
        Mutant("the score is that of the customer's worst day", "        customer_risk_score,\n",
               "        max(customer_risk_score) over (partition by customer_id)"
               " as customer_risk_score,\n", "judged"),
        Mutant("growth is a negative loss",
               "greatest(paying_customers.total_arr - outcome_days.arr_after, 0)",
               "paying_customers.total_arr - outcome_days.arr_after", "judged"),
        Mutant("who left has contracted", "outcome_days.arr_after > 0 and ", "", "judged"),
    ],
    "models/marts/risk_score_lift.sql": [
        Mutant("deciles are those of all months", "partition_by='date'", "partition_by='1'",
               "judged"),
        Mutant("who pays less has churned", "case when has_churned", "case when lost_arr > 0",
               "judged"),
        Mutant("lift is a rate", "(num_churned * all_customers)", "(num_churned * all_churned)",
               "judged"),
        Mutant("shares are those of one decile",
               "sum(num_churned) over (partition by month order by decile)", "num_churned",
               "judged"),
        Mutant("shares of the lost ARR are those of one decile",
               "sum(lost_cents) over (partition by month order by decile)", "lost_cents", "judged"),
    ],
    "models/marts/risk_score_power.sql": [
        Mutant("a tie is in order", "num_stayed_up_to_it - num_stayed))",
               "num_stayed_up_to_it))", "judged"),
        Mutant("months are compared with each other", "partition by month, predictor order",
               "partition by predictor order", "judged"),
        Mutant("who never logged in was there today", "9999999", "0", "judged"),
        Mutant("logins of earlier months are forgotten",
               "partition by customers.customer_id order by customers.date",
               "partition by customers.customer_id, customers.date", "judged"),
        Mutant("nothing to compare with is a fall of ARR", "pct_change_arr_90d < 0 then 1 else 0",
               "pct_change_arr_90d >= 0 then 0 else 1", "judged"),
    ],
    "models/marts/customer_outlook.sql": [
        Mutant("few outcomes weigh as many", "{%- set few = 30 %}", "{%- set few = 1 %}", "judged"),
        Mutant("few outcomes are enough", "num_customers < {{ few }}", "num_customers < 1"),
        Mutant("who has left has an outlook", "where total_arr > 0", "where total_arr >= 0",
               "judged"),
        Mutant("months count twice", "where month is null", "where true", "judged"),
    ],
    "models/marts/upcoming_renewals.sql": [
        Mutant("what ends today has ended", "last_day >= customers", "last_day > customers",
               "renewed"),
        Mutant("what has not begun is renewed too", "subscriptions.first_day <= customers",
               "subscriptions.end_date >= customers", "renewed"),
        Mutant("a gap of a day is none", "add_days('ending.last_day', 1)",
               "add_days('ending.last_day', 2)", "renewed"),
        Mutant("what runs beside it is a renewal",
               "subscriptions.first_day > ending.last_metrics_date", "true", "renewed"),
        Mutant("what ends with it is a renewal", "ending.last_day < subscriptions.last_day",
               "ending.last_day <= subscriptions.last_day", "renewed"),
    ],
    "models/marts/rejected_records.sql": [
        Mutant("rejected rows that are alike are one", "union all", "union"),
    ],
    "models/staging/base/base_customers.sql": [
        Mutant("latest acquisition is kept", "['acquisition_date', 'region",
               "['acquisition_date desc', 'region"),
    ],
    "models/staging/base/base_login_events.sql": [
        Mutant("duplicate logins count", "when rank_among_duplicates > 1", "when false"),
        Mutant("user types differ by case", "lower({{ clean_text(raw_column('login_events', ",
               "({{ clean_text(raw_column('login_events', "),
        Mutant("logins with an id each are duplicates", "['event_id'] if has_id else",
               "['event_id'] if false else", "with ids"),
        Mutant("the latest time of an event is kept", "['login_timestamp', 'user_id'",
               "['login_timestamp desc', 'user_id'", "with ids"),
        Mutant("a login without its id counts", "to_clean.event_id is null", "false", "with ids"),
    ],
    "models/staging/base/base_subscriptions.sql": [
        Mutant("unreadable end is no end", "typed.has_end_date)", "false)"),
        Mutant("one day is too short", "typed.end_date < typed", "typed.end_date <= typed"),
        Mutant("no unit is accepted", "quantity <= 0", "quantity < 0"),
        Mutant("a missing quantity is a fault", "typed.has_quantity)", "true)"),
        Mutant("an unreadable quantity is none", "typed.has_quantity)", "false)"),
        Mutant("subscriptions delivered twice count twice", "when rank_among_duplicates > 1",
               "when false"),
        Mutant("subscriptions of one product are duplicates", "'product_id', 'quantity', ",
               "'product_id', "),
        Mutant("subscriptions with an id each are duplicates", "['subscription_id'] if has_id else",
               "['subscription_id'] if false else", "with ids"),
        Mutant("the latest end wins over the latest update",
               "            'updated_at desc nulls last',\n", "", "with ids"),
        Mutant("a subscription without an end is its latest state", "end_date desc nulls last",
               "end_date desc nulls first", "with ids"),
        Mutant("the earliest start is kept", "'start_date desc'", "'start_date asc'", "with ids"),
        Mutant("the smallest arr is kept", "'arr desc'", "'arr asc'", "with ids"),
        Mutant("a subscription without its id counts", "typed.subscription_id is null", "false",
               "with ids"),
        Mutant("an unreadable update is none",
               "typed.updated_at is null and typed.has_updated_at", "false", "with ids"),
    ],
    "models/staging/base/base_support_tickets.sql": [
        Mutant("oldest state of a ticket is kept", "closed_date desc nulls last",
               "closed_date asc nulls first"),
        Mutant("strangers' tickets are accepted", "customers.known_customer_id is null", "false"),
        Mutant("of two states, only closed is closed",
               "is_status_in('closed_statuses', 'status')", "\"status = 'closed'\""),
        Mutant("tickets that were open before they were deleted count",
               "{{ is_status_in('ignored_ticket_statuses', 'status') }}", "false"),
        Mutant("tickets that were restored are lost", "then 'unknown_customer'\n",
               "then 'unknown_customer'\n            when {{ is_status_in("
               "'ignored_ticket_statuses', 'typed.status') }} then 'ignored_status'\n"),
        Mutant("the latest closing wins over the latest update",
               "            'updated_at desc nulls last',\n", "", "with ids"),
        Mutant("an unreadable update of a ticket is none",
               "typed.updated_at is null and typed.has_updated_at", "false", "with ids"),
    ],
    "macros/cleaning/rank_duplicates.sql": [
        Mutant("a faulty ticket beats a good one",
               "case when fault is null then {{ customer_health.row_hash(key) }} end as key_hash",
               "{{ customer_health.row_hash(key) }} as key_hash"),
        Mutant("duplicates are ranked across keys", "partition by {{ key | join(', ') }}\n",
               "partition by fault\n"),
    ],
    "macros/cleaning/joined_key.sql": [
        Mutant("a key does without what an expression gives", "set part = column",
               "set part = \"''\"", "mapped"),
    ],
    "macros/cleaning/parse_number.sql": [
        Mutant("numbers in expressions are whole",
               "[+-]?[0-9]+([.][0-9]+)?') then try_cast({{ text }} as decimal(28, 6))",
               "[+-]?[0-9]+([.][0-9]+)?') then try_cast({{ text }} as decimal(28, 0))", "mapped"),
    ],
    "macros/inputs/constant.sql": [
        Mutant("a constant is nothing", "return(customer_health.text_literal(text))",
               "return(\"' '\")", "mapped"),
    ],
    "macros/cleaning/is_status_in.sql": [
        Mutant("statuses in a setting differ by case", "'lower(' ~ ", "'(' ~ ", "changed"),
        Mutant("a setting has one status only", "texts | join(', ')", "texts | first"),
    ],
    "macros/metrics/resolved_day.sql": [
        Mutant("only closed is closed", "customer_health.is_status_in('closed_statuses', status)",
               "status ~ \" = 'closed'\""),
    ],
    "macros/settings/reporting_timezone.sql": [
        Mutant("time zone is ignored", "return(timezone)", "return('UTC')", "changed"),
    ],
    "macros/settings/date_format.sql": [
        Mutant("date_format is ignored", "return(format)", "return(none)", "in forms"),
    ],
    "macros/settings/null_values.sql": [
        Mutant("null_values are ignored", "{% if given is none %}", "{% if true %}", "in forms"),
    ],
    "macros/cleaning/iso_text.sql": [
        Mutant("the day comes before the month", r"'\1\4-\2\5-\3\6'", r"'\1\4-\3\6-\2\5'",
               "in forms"),
    ],
    "macros/cleaning/unix_times.sql": [
        Mutant("seconds are milliseconds", "1000000", "1000", "in forms"),
    ],
    "macros/cleaning/has_value.sql": [
        Mutant("what stands for nothing is a value", "customer_health.null_values(table_name)",
               "[]", "in forms"),
    ],
    "macros/cleaning/when_null_value.sql": [
        Mutant("a date that stands for nothing is one", "{%- if readable %}", "{%- if false %}",
               "in forms"),
    ],
    "macros/cleaning/plain_number.sql": [
        Mutant("decimals are digits", "[^-+0-9{{ separator }}]', '', 'g')",
               "[^-+0-9]', '', 'g')", "in forms"),
        Mutant("a point is no point", "[0-9]{3})+'", "[0-9]+)+'", "in forms"),
    ],
    "macros/sql/dates.sql": [
        Mutant("last day of each period is lost", "generate_series(", "range("),
        Mutant("only the interval before is looked at",
               "max(last_day) over (\n                partition by {{ keys }} order by first_day, "
               "last_day\n                rows between unbounded preceding and 1 preceding",
               "lag(last_day) over (partition by {{ keys }} order by first_day, last_day"),
    ],
    "macros/sql/windows.sql": [
        Mutant("totals run on over customers", "partition by {{ partition_by }} ", ""),
        Mutant("score compares all days", "min({{ column }}) as lowest",
               "min(min({{ column }})) over () as lowest"),
    ],
    "macros/sql/rounding.sql": [
        Mutant("change is against the new value", "')', previous)", "')', current)"),
        Mutant("quotients are truncated", "}}) + {{ denominator }})", "}}))"),
        Mutant("quotients are floating point",
               "(200 * abs({{ numerator }}) + {{ denominator }}) // (2 * {{ denominator }})",
               "100 * round(cast(abs({{ numerator }}) as double) / {{ denominator }}, 2)"),
        Mutant("rates are truncated", "as hugeint) + {{ whole }})", "as hugeint))", "judged"),
    ],
    "macros/metrics/decile.sql": [
        Mutant("the first decile is the calmest", " desc) - 1)", ") - 1)", "judged"),
        Mutant("customers alike are in two deciles", "rank()", "row_number()", "judged"),
    ],
    "macros/settings/outcome_days.sql": [
        Mutant("outcome_days is ignored", "return(text | int)", "return(90)", "judged"),
    ],
    "macros/metrics/bounded_hundredths.sql": [
        Mutant("components are not limited", "greatest(-100, least(100, ", "(("),
        Mutant("nothing to compare with is a fall", "}}, 0)", "}}, -100)"),
    ],
    "macros/metrics/risk_score_raw.sql": [
        Mutant("more products are a risk", "-{{ weights.products", "{{ weights.products"),
    ],
    "macros/settings/risk_weights.sql": [
        Mutant("weights are ignored", "(given.get(name, 1) | float *", "(1 *", "changed"),
        Mutant("a missing weight is 0", "(given.get(name, 1)", "(given.get(name, 0)", "changed"),
    ],
    "macros/metrics/risk_score.sql": [
        Mutant("equal customers have no risk", "then 50", "then 0"),
    ],
}

# What only the oracle sees, or a data test.
UNSEEN_BY_UNIT_TESTS = {
    "rejected rows that are alike are one",
    # in a unit test, column types are unknown
    "numbers in expressions are whole",
}
