"""Proof that the tests work: each mutant breaks one definition, and the oracle has to notice.

A mutant is one replaced piece of text in a copy of the project.  It must still build, so that a
difference comes from the definition and not from a crash.  What the unit tests of the models it
touches say is checked as well: they see every mutant but those of ``UNSEEN_BY_UNIT_TESTS``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import harness
import oracle
import pytest
import worlds
from harness import Dbt

TODAY = datetime.now(UTC).date()

SETTINGS = {
    "defaults": oracle.Settings(run_day=TODAY),
    "changed": oracle.Settings(
        run_day=TODAY,
        # no month ends with it
        as_of_date=date(2024, 7, 30),
        reporting_timezone="America/New_York",
        subscription_end_date_is_inclusive=False,
        closed_statuses=("CLOSED", "Solved"),
        high_aging_ticket_threshold=1,
        # unique_users is missing and so counts as 1
        risk_weights={
            "products": Decimal(2),
            "arr": Decimal("0.5"),
            "logins": Decimal("0.25"),
            "critical_tickets": Decimal(3),
        },
    ),
    # with optional columns
    "with ids": oracle.Settings(run_day=TODAY),
    # with formatted dates and numbers
    "in forms": oracle.Settings(
        run_day=TODAY,
        date_format={"subscriptions": "%d/%m/%Y"},
        decimal_separator={"subscriptions": ","},
        null_values={"subscriptions": ("open", "20/2/2024")},
    ),
    # with COLUMN_MAP
    "mapped": oracle.Settings(run_day=TODAY),
    # with enough customers for churn rates
    "judged": oracle.Settings(run_day=TODAY, as_of_date=date(2024, 8, 15), outcome_days=30),
    # with subscriptions that end
    "renewed": oracle.Settings(run_day=TODAY, as_of_date=date(2024, 7, 31)),
}
COLUMN_MAP = {
    "customers": {"industry": {"value": "Retail"}},
    "subscriptions": {"arr": {"expression": "thousands * 1000"}},
    "login_events": {"user_id": {"expression": "concat(who, '') -- the user"}},
}


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
        Mutant("tenths are those of all months", "partition_by='date'", "partition_by='1'",
               "judged"),
        Mutant("who pays less has churned", "case when has_churned", "case when lost_arr > 0",
               "judged"),
        Mutant("lift is a rate", "(num_churned * all_customers)", "(num_churned * all_churned)",
               "judged"),
        Mutant("shares are those of one tenth",
               "sum(num_churned) over (partition by month order by tenth)", "num_churned",
               "judged"),
        Mutant("shares of the lost ARR are those of one tenth",
               "sum(lost_cents) over (partition by month order by tenth)", "lost_cents", "judged"),
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
    "macros/metrics/tenth.sql": [
        Mutant("the first tenth is the calmest", " desc) - 1)", ") - 1)", "judged"),
        Mutant("customers alike are in two tenths", "rank()", "row_number()", "judged"),
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

# B logs in ahead of its time: a day that has not come yet must not stretch the table.
AHEAD = (TODAY + timedelta(days=40)).isoformat()
# In the order of oracle.INPUT_COLUMNS.  The newest day is the closed date of T10, and the one on
# which a login of B leaves the last 90 days.
WORLD = {
    "customers": [
        ("A", "2024-02-01", "APAC", "Retail"),
        ("A", "2024-01-10", "EMEA", "Software"),
        ("B", "2024-03-01", None, None),
        ("C", "2024-07-30", "AMER", "Retail"),
        ("D", "2024-07-31", "AMER", "Retail"),
    ],
    "subscriptions": [
        ("A", "P1", "2", "2024-01-10", "2024-03-31", "1200"),
        ("A", "P1", "1", "2024-02-01", "2024-02-10", "50"),
        ("A", "P1", "1", "2024-03-15", "2024-05-31", "700.50"),
        ("A", "P2", "1", "2024-04-05", "2024-04-05", "10"),
        ("A", "P3", "1", "2024-02-01", "sometime", "10"),
        ("A", "P3", "0", "2024-02-01", None, "10"),
        ("A", "P4", None, "2024-02-01", "2024-02-29", "20"),
        ("A", "P5", "two", "2024-02-01", "2024-02-29", "20"),
        # a duplicate, and another quantity
        ("A", "P6", "1", "2024-02-01", "2024-02-29", "30"),
        ("A", "P6", "1.0", "2024-02-01 00:00", "2024-02-29", "30.00"),
        ("A", "P6", "2", "2024-02-01", "2024-02-29", "30"),
        # 12.06 / 12 and the step from 200.00 to 202.01 end in 5 thousandths
        ("B", "P2", "1", "2023-06-01", None, "12.06"),
        # equal, and their end changes the last day
        ("B", "P4", "1", "2024-05-01", "2024-08-30", "500"),
        ("B", "P5", "1", "2024-05-01", "2024-08-30", "500"),
        ("C", "P1", "1", "2024-01-01", "2024-08-09", "200"),
        ("C", "P2", "1", "2024-08-10", None, "202.01"),
    ],
    "login_events": [
        ("u1", "A", "admin", "2023-12-20 09:00:00"),
        ("u1", "A", "admin", "2024-01-15 08:00:00"),
        ("u1", "A", " ADMIN ", "2024-01-15T08:00"),
        ("u1", "A", "admin", "2024-01-15 10:00:00"),
        ("u1", "A", "standard", "2024-01-15 10:00:00"),
        ("u2", "A", "robot", "2024-01-15 10:00:00"),
        ("u2", "A", "Standard", "2024-02-01 10:00:00"),
        ("u3", "A", "advanced", "2024-04-02T02:30:00Z"),
        ("u2", "A", "standard", "2024-06-20 10:00:00"),
        ("u1", "B", "admin", "2024-03-05 10:00:00"),
        ("u1", "B", "admin", "2024-03-06 10:00:00"),
        ("u6", "B", "admin", "2024-03-05 10:00:00"),
        ("u5", "B", "admin", "2024-06-02 10:00:00"),
        ("u5", "B", "admin", AHEAD),
        ("u1", "nobody", "admin", "2024-03-01 10:00:00"),
        ("u1", "nobody", "admin", "2024-03-01 10:00:00"),
    ],
    "support_tickets": [
        ("T1", "A", "open", "2024-02-01 09:00:00", "bug", None),
        ("T2", "A", "closed", "2024-02-05 09:00:00", "incident", "2024-02-19 10:00:00"),
        ("T3", "A", "closed", "2024-03-01 09:00:00", "question", "2024-03-12 09:00:00"),
        ("T3", "A", "closed", "2024-03-01 09:00:00", "question", "2024-03-11 09:00:00"),
        ("T3", "A", "open", "2024-03-01 09:00:00", "question", None),
        ("T4", "A", "open", "2024-03-02 09:00:00", "feature request", "2024-03-09 09:00:00"),
        ("T5", "A", "open", "2024-04-01 09:00:00", "bug", None),
        ("T5", "A", "open", "2024-03-31 09:00:00", "bug", None),
        ("T5", "nobody", "closed", "2024-04-01 09:00:00", "bug", "2024-04-20 09:00:00"),
        ("T6", "B", "on-hold", "2024-02-20 09:00:00", "billing", None),
        *((f"T{n}", "B", "open", "2024-05-01 09:00:00", "incident", None) for n in (7, 8)),
        ("T9", "B", "open", "2024-05-20 09:00:00", "bug", None),
        ("T10", "B", "open", "2024-07-01 09:00:00", "incident", "2024-08-31 09:00:00"),
        ("T11", "B", "closed", "2024-07-02 09:00:00", "question", "2024-08-31 09:00:00"),
        ("T12", "C", "Solved", "2024-07-01 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T13", "C", "solved", "2024-07-02 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T13", "C", "on-hold", "2024-07-02 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T14", "D", "deleted", "2024-07-03 09:00:00", "question", None),
        # opened and then deleted, deleted and then opened
        ("T15", "D", "open", "2024-07-03 09:00:00", "question", None),
        ("T15", "D", "deleted", "2024-07-04 09:00:00", "question", None),
        ("T16", "D", "deleted", "2024-07-03 09:00:00", "question", None),
        ("T16", "D", "open", "2024-07-04 09:00:00", "question", None),
    ],
}
# Each with its optional columns in front.
WORLD_WITH_IDS = {
    "customers": [
        ("A", "2024-01-10", "EMEA", "Software"),
        ("B", "2024-02-01", "APAC", "Retail"),
    ],
    "subscriptions": [
        ("S1", "2024-03-01", "A", "P1", "1", "2024-01-10", "2024-12-31", "100"),
        ("S1", "2024-04-01", "A", "P1", "1", "2024-01-10", "2024-05-31", "200"),
        ("S2", None, "A", "P2", "1", "2024-01-10", None, "300"),
        ("S2", None, "A", "P2", "1", "2024-01-10", "2024-06-30", "300"),
        ("S3", None, "A", "P3", "1", "2024-01-10", "2024-06-30", "400"),
        ("S3", None, "A", "P3", "1", "2024-02-20", "2024-06-30", "400"),
        ("S4", None, "A", "P4", "1", "2024-01-10", "2024-06-30", "10"),
        ("S4", None, "A", "P4", "1", "2024-01-10", "2024-06-30", "20"),
        # equal, but two
        ("S5", None, "B", "P1", "1", "2024-02-10", None, "500"),
        ("S6", None, "B", "P1", "1", "2024-02-10", None, "500"),
        (None, None, "B", "P2", "1", "2024-02-10", None, "600"),
        ("S7", "soon", "B", "P3", "1", "2024-02-10", None, "700"),
    ],
    "login_events": [
        ("E1", "u1", "A", "admin", "2024-02-01"),
        ("E2", "u1", "A", "admin", "2024-02-01"),
        ("E3", "u2", "A", "standard", "2024-02-20 10:00:00"),
        ("E3", "u2", "A", "standard", "2024-02-10 10:00:00"),
        (None, "u3", "A", "standard", "2024-02-11 10:00:00"),
        ("E4", "u1", "B", "admin", "2024-07-15 10:00:00"),
    ],
    "support_tickets": [
        ("2024-03-05", "T1", "A", "closed", "2024-03-01", "bug", "2024-03-05"),
        ("2024-03-06", "T1", "A", "open", "2024-03-01", "bug", None),
        ("soon", "T2", "B", "closed", "2024-03-01", "bug", "2024-03-05"),
        ("2024-03-01", "T2", "B", "open", "2024-03-01", "bug", None),
    ],
}
WORLD_IN_FORMS = {
    "customers": [
        ("A", "20240110", "EMEA", "NA"),
        ("B", "2024/02/01", "-", None),
    ],
    "subscriptions": [
        ("A", "P1", "1.000", "1/2/2024", " Open", "1.234,50 €"),
        ("A", "P2", "1", "01/02/2024", "20/2/2024", "2,5"),
        ("B", "P1", "1", "5/2/2024", "6/3/2024", "100"),
        ("B", "P2", "1", "13/13/2024", None, "1"),
        ("B", "P3", "1", "5/2/24", None, "1"),
        ("B", "P4", "1", "5/2/2024", "NULL", "1"),
        ("B", "P5", "1", "5/2/2024", None, "1,234.5"),
        ("B", "P6", "1", "5/2/2024", None, "1.2"),
    ],
    "login_events": [
        ("u1", "A", "admin", "1707988500"),
        ("u1", "A", "admin", "2024-02-20 9:05 UTC"),
        ("u2", "B", "admin", "20240302"),
        ("u2", "B", "standard", "2024/03/04 10:00"),
    ],
    "support_tickets": [
        ("T1", "A", "closed", "2024/03/01 9:00", "bug", "-"),
        ("T2", "A", "closed", "1709230500250", "bug", "20240304"),
        ("T3", "B", "open", "2024-03-01 10:00", "bug", "N/A"),
        ("T4", "B", "open", "01/03/2024", "bug", None),
    ],
}
WORLD_OF_LEAVERS: dict[str, list[tuple[str | None, ...]]] = {
    "customers": [(f"K{n:02}", "2024-01-05", "EMEA", "Retail") for n in range(1, 13)],
    # a second product for every third that ends sooner, and two customers that take one more
    "subscriptions": [
        *((f"K{n:02}", "P1", "1", "2024-01-05", f"2024-{n:02}-20" if n > 2 else None, f"{n}00")
          for n in range(1, 13)),
        *((f"K{n:02}", "P2", "1", "2023-06-05", f"2024-0{n // 2}-10", f"{n}7.77")
          for n in range(3, 13, 3)),
        *((f"K{n:02}", "P3", "1", "2024-03-10", None, "50") for n in (1, 12)),
    ],
    # K05 and K11 never log in, the others stop sooner or later
    "login_events": [
        (f"u{n}", f"K{n:02}", "admin", f"2024-0{month}-{n + 10}")
        for n in range(1, 13) if n not in (5, 11)
        for month in range(1, 1 + (7 * n) % 8)
    ],
    "support_tickets": [
        *((f"T{n}", f"K{n:02}", "open", f"2024-0{1 + n % 6}-03", "bug", None)
          for n in (1, 4, 6, 10)),
        ("T20", "K04", "open", "2024-03-03", "question", None),
    ],
}
# fmt: on

# Subscriptions that end, and what may renew them.
WORLD_OF_RENEWALS = {
    "customers": [("A", "2023-06-01", "EMEA", "Software")],
    "subscriptions": [
        # a year before one month end, and not before the next
        ("A", "a year ago", "1", "2023-06-01", "2023-07-15", "70"),
        ("A", "ends today", "1", "2024-01-01", "2024-07-31", "100"),
        ("A", "begins later", "1", "2024-01-01", "2024-08-30", "500"),
        ("A", "begins later", "1", "2024-08-20", "2024-08-30", "5"),
        ("A", "gap", "1", "2024-01-01", "2024-08-08", "200"),
        ("A", "gap", "1", "2024-08-10", None, "200"),
        ("A", "beside", "1", "2024-01-01", "2024-08-30", "300"),
        ("A", "beside", "1", "2024-06-01", "2024-12-31", "300"),
        ("A", "renewed", "1", "2024-01-01", "2024-08-09", "400"),
        ("A", "renewed", "1", "2024-08-10", None, "400"),
    ],
    "login_events": [("u1", "A", "admin", "2024-03-01 09:00:00")],
    "support_tickets": [("T1", "A", "open", "2024-02-01 09:00:00", "bug", None)],
}
WORLDS = {
    "with ids": WORLD_WITH_IDS,
    "in forms": WORLD_IN_FORMS,
    "judged": WORLD_OF_LEAVERS,
    "renewed": WORLD_OF_RENEWALS,
}

# What only the oracle sees, or a data test.
UNSEEN_BY_UNIT_TESTS = {
    "rejected rows that are alike are one",
    # in a unit test, column types are unknown
    "numbers in expressions are whole",
}

# One of each family of metrics, and of the cleaning of each input.
SHORT = (
    "overlapping subscriptions are two products",
    "users who stay are counted again",
    "score compares all days",
    "first row is the latest",
    "duplicate logins count",
    "subscriptions delivered twice count twice",
    "a tie is in order",
)


def rows_of(world: Mapping[str, Sequence[tuple[str | None, ...]]]) -> worlds.RawWorld:
    """The world with its columns; a longer row begins with the optional ones."""
    return {
        table: [
            dict(
                zip(
                    (*oracle.OPTIONAL_COLUMNS[table], *oracle.INPUT_COLUMNS[table])[-len(row) :],
                    row,
                    strict=True,
                )
            )
            for row in rows
        ]
        for table, rows in world.items()
    }


def before_mapping(world: worlds.RawWorld) -> worlds.RawWorld:
    """The rows that COLUMN_MAP makes these of; they have columns of the right names as well."""
    wrong = dict.fromkeys(("industry", "arr", "user_id"), "wrong")
    given: worlds.RawWorld = {
        table: [{name: wrong.get(name, text) for name, text in row.items()} for row in rows]
        for table, rows in world.items()
    }
    for row, meant in zip(given["subscriptions"], world["subscriptions"], strict=True):
        row["thousands"] = f"{Decimal(meant['arr'] or 0) / 1000:.6f}"
    for row, meant in zip(given["login_events"], world["login_events"], strict=True):
        row["who"] = meant["user_id"]
    return given


@dataclass(frozen=True)
class Build:
    """The copied project with one of the settings, and its DuckDB file.

    dbt parses only what has changed as long as the target folder and the variables that the
    profile reads stay the same, so each settings has its own folder and file.
    """

    dbt: Dbt
    folder: Path
    inputs: Path
    settings: oracle.Settings
    column_map: Mapping[str, object]
    expected: oracle.Result

    @property
    def db(self) -> Path:
        return self.folder / "customer_health.duckdb"

    @property
    def vars(self) -> dict[str, object]:
        return {**harness.dbt_vars(self.settings, self.inputs), "column_map": self.column_map}

    def create(self) -> None:
        (self.folder / "unmutated").mkdir(parents=True)
        self.dbt("run", db=self.db, artifacts=True, **self.vars)
        shutil.copy(self.folder / "target" / "manifest.json", self.folder / "unmutated")
        shutil.copy(self.db, self.folder / "unmutated")

    def run_modified(self, dbt: Dbt) -> bool:
        """Builds what differs from the unmutated project, on top of the rest of its tables."""
        shutil.copy(self.folder / "unmutated" / self.db.name, self.db)
        state = ("--state", str(self.folder / "unmutated"))
        chosen = ("--select", "state:modified+", "--full-refresh")
        return dbt("run", *chosen, *state, db=self.db, check=False, **self.vars).success

    def failed_tests(self, dbt: Dbt, selection: str) -> list[str]:
        """The unit tests that find something wrong; a test that crashes finds nothing."""
        chosen = ("--select", selection, "--exclude", "path:seeds")
        state = ("--state", str(self.folder / "unmutated"))
        # unit tests say themselves which columns they have
        vars = self.vars | {"column_map": {}}
        run = dbt("test", *chosen, *state, db=self.db, check=False, **vars)
        assert run.outcome.exception is None, run.outcome.exception
        return run.failed("fail")

    def difference(self) -> str | None:
        """Differences to the oracle."""
        try:
            harness.assert_matches_oracle(self.db, self.expected)
        except AssertionError as error:
            return str(error)
        return None


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which unit tests are a part of every build, not only of those of the seeds."""
    project = harness.copy_project(tmp_path_factory.mktemp("mutations") / "project")
    for path in (
        project / "dbt_project.yml",
        *project.glob("seeds/*.yml"),
        *project.glob("models/staging/base/*.yml"),
    ):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'"\{\{ not \(var\(.data_dir.*?\}\}"', "true", text)
        path.write_text(text, encoding="utf-8")
    return project


Builds = Callable[[str], Build]


@pytest.fixture(scope="module")
def builds(dbt: Dbt, project: Path) -> Builds:
    """The unmutated project with the settings of a name, built when it is first asked for."""
    scratch = project.parent

    @cache
    def builds(name: str) -> Build:
        folder, inputs, chosen = scratch / name, scratch / f"inputs of {name}", SETTINGS[name]
        world = rows_of(WORLDS.get(name, WORLD))
        if name == "mapped":
            world["customers"] = [row | {"industry": "Retail"} for row in world["customers"]]
            worlds.write_rows(before_mapping(world), inputs)
        else:
            worlds.write_csv(world, inputs)
        column_map = COLUMN_MAP if name == "mapped" else {}
        expected = oracle.compute(world, chosen)
        build = Build(dbt.of(project, folder), folder, inputs, chosen, column_map, expected)
        build.create()
        return build

    return builds


@pytest.mark.parametrize(
    "settings",
    ["defaults", *(pytest.param(name, marks=harness.EXHAUSTIVE) for name in (*SETTINGS,)[1:])],
)
def test_without_a_mutant_nobody_objects(builds: Builds, settings: str) -> None:
    build = builds(settings)
    shutil.copy(build.folder / "unmutated" / build.db.name, build.db)
    assert build.difference() is None
    assert build.failed_tests(build.dbt, "test_type:unit") == []


FILES = {mutant.name: file for file, mutants in MUTANTS.items() for mutant in mutants}


def test_every_mutant_finds_its_text() -> None:
    for file, mutants in MUTANTS.items():
        for mutant in mutants:
            harness.text_with(harness.ROOT / file, mutant.old)


@pytest.mark.parametrize(
    "mutant", harness.some_long((m for mutants in MUTANTS.values() for m in mutants), SHORT)
)
def test_mutant_is_noticed(mutant: Mutant, builds: Builds, project: Path) -> None:
    build = builds(mutant.settings)
    dbt = build.dbt.of(project, build.folder)
    with harness.mutated(project / FILES[mutant.name], mutant.old, mutant.new):
        assert build.run_modified(dbt), "the mutant does not build"
        difference = build.difference()
        unit_tests = build.failed_tests(dbt, "state:modified+1,test_type:unit")
    assert difference is not None, f"only noticed by {unit_tests or 'nothing'}"
    assert bool(unit_tests) != (mutant.name in UNSEEN_BY_UNIT_TESTS), f"noticed by {unit_tests}"
