"""Queries of the pages: functions of a connection that return rows or a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pandas as pd

# The components of the risk score, as in the setting risk_weights.
COMPONENTS = {
    "products": "Products",
    "arr": "ARR",
    "logins": "Logins",
    "unique_users": "Users",
    "critical_tickets": "Tickets",
}
POINTS = ", ".join(f"{name}_driver::double as {name}" for name in COMPONENTS)
NO_VALUE = "(none)"
# Prefix of attributes, which may be named like one of our columns.
ATTRIBUTE = "attribute_"
WEEK = 7
LEFT_DAYS = 90
MOST_IDS = 1000

# The lists of customers: which condition each has, over the columns of PEOPLE.
LISTS = {
    "To call": "total_arr > 0 and greatest({}) > 0".format(", ".join(COMPONENTS)),
    "Paying": "total_arr > 0",
    "Silent 30 days": "total_arr > 0 and silent_days >= 30",
    "Silent 90 days": "total_arr > 0 and silent_days >= 90",
    "Left": "lost_arr is not null",
    "All": "true",
}
# What the dashboard lists of each customer on $day. What is at stake is defined as in the macro
# arr_at_stake, who has left as in analyses/left_recently.sql.
PEOPLE = f"""
    people as (
        select
            customers.customer_id,
            region,
            industry,
            customers.total_arr::double as total_arr,
            customer_risk_score::double as customer_risk_score,
            coalesce(
                expected_lost_arr,
                if(
                    customers.total_arr > 0,
                    round(customers.total_arr * customer_risk_score / 100, 2),
                    null
                )
            )::double as at_stake,
            coalesce(days_since_last_activity, days_since_acquisition) as silent_days,
            days_since_last_activity is null as never_active,
            open_tickets,
            lost_arr,
            left_after,
            {", ".join(f"components.{name}" for name in COMPONENTS)},
            attributes.* exclude (customer_id)
        from customers_enriched as customers
        left join customer_outlook as outlook on customers.customer_id = outlook.customer_id
        left join (
            select customer_id, {POINTS} from customer_risk_drivers where date = $day
        ) as components on customers.customer_id = components.customer_id
        left join (
            select
                customer_id,
                max(date) as left_after,
                arg_max(total_arr, date)::double as lost_arr
            from customer_daily_metrics
            where
                date >= $day - {LEFT_DAYS}
                and total_arr > 0
                and customer_id in (
                    select customer_id from customers_enriched where total_arr = 0
                )
            group by customer_id
        ) as leavers on customers.customer_id = leavers.customer_id
        left join attributes
            on customers.customer_id = attributes.customer_id
        where last_metrics_date = $day
    )
"""
# What a week has changed, as in analyses/worse_this_week.sql.
VALUES = {
    "arr": "total_arr",
    "products": "num_products",
    "logins": "num_logins_last_3m",
    "unique_users": "num_unique_users_last_3m",
    "open_tickets": "open_tickets",
    "open_bugs": "open_bug_tickets",
    "open_incidents": "open_incident_tickets",
    "aging_tickets": "tickets_open_14plus_days",
}
COMPARED = ("products", "arr", "logins", "unique_users")
MOST = "real_change = 0, abs(real_change) desc, abs(change) desc, customer_id"
# Of the columns before and after, the ARR of each customer a year apart.
RATES = """
    100 * (sum(after) filter (before > 0) / nullif(sum(before), 0))::double as nrr,
    100 * (sum(greatest(before - after, 0)) / nullif(sum(before), 0))::double as gross_churn,
    100 * (
        count(*) filter (before > 0 and after = 0) / nullif(count(*) filter (before > 0), 0)
    )::double as customer_churn
"""

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]


@dataclass(frozen=True)
class Filters:
    """Which customers to list; nothing chosen means all of them.

    ``search`` is a part of the id or, with ``named``, of the attribute name.
    """

    regions: Sequence[str] = ()
    industries: Sequence[str] = ()
    arr_from: float | None = None
    arr_to: float | None = None
    search: str = ""
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    named: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is chosen."""
        return self.condition()[0] != "true"

    def condition(self, arr: str = "total_arr") -> tuple[str, Row]:
        """SQL over the columns of PEOPLE, and the values of its parameters."""
        conditions, values = ["true"], {}
        chosen = {"region": self.regions, "industry": self.industries, **self.attributes}
        for number, (column, choices) in enumerate(chosen.items()):
            if choices:
                shown = f"coalesce({_quoted(column)}, '{NO_VALUE}')"
                conditions.append(f"list_contains($choices{number}::varchar[], {shown})")
                values[f"choices{number}"] = list(choices)
        for operator, name, bound in (
            (">=", "arr_from", self.arr_from),
            ("<=", "arr_to", self.arr_to),
        ):
            if bound is not None:
                conditions.append(f"{arr} {operator} ${name}")
                values[name] = bound
        if self.search.strip():
            names = ["customer_id", *([f"{ATTRIBUTE}name"] if self.named else [])]
            found = [f"contains(lower({column}), lower($search))" for column in names]
            conditions.append(f"({' or '.join(found)})")
            values["search"] = self.search.strip()
        return " and ".join(conditions), values


def _rows(connection: Connection, query: str, parameters: Sequence[object] = ()) -> list[Row]:
    cursor = connection.cursor().execute(query, parameters)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def _frame(connection: Connection, query: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
    return connection.cursor().execute(query, parameters).df()


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def display_settings(connection: Connection) -> Row:
    """The row of display_settings: currency (None if not set) and the two limits of the bands."""
    [row] = _rows(connection, "from display_settings")
    return {name: float(v) if name != "currency" and v else v for name, v in row.items()}


def unit(connection: Connection) -> str:
    """What follows the name of an amount: the currency, if the settings say one."""
    currency = display_settings(connection)["currency"]
    return f" ({currency})" if currency else ""


def attributes(connection: Connection) -> dict[str, str]:
    """Attributes of customers, with ATTRIBUTE in front, and their labels."""
    cursor = connection.cursor().execute("from customer_attributes limit 0")
    names = [column[0] for column in cursor.description if column[0] != "customer_id"]
    return {f"{ATTRIBUTE}{name}": name.replace("_", " ").capitalize() for name in names}


def _attributes(connection: Connection) -> str:
    """The common table expression of them that PEOPLE needs."""
    columns = [
        f"{_quoted(column.removeprefix(ATTRIBUTE))} as {_quoted(column)}"
        for column in attributes(connection)
    ]
    return f"attributes as (select {', '.join(['customer_id', *columns])} from customer_attributes)"


def last_day(connection: Connection) -> date | None:
    """The last day of customers_enriched; None where no customer has a day yet."""
    return _rows(connection, "select max(last_metrics_date) as day from customers_enriched")[0][
        "day"
    ]


def totals(connection: Connection, day: date) -> Row:
    """customers, paying, arr and mrr of a day; the sums are None on a day without customers."""
    query = """
        select
            count(*) as customers,
            count(*) filter (total_arr > 0) as paying,
            sum(total_arr)::double as arr,
            sum(total_mrr)::double as mrr
        from customer_daily_metrics
        where date = ?
    """
    return _rows(connection, query, [day])[0]


def score_bands(connection: Connection) -> pd.DataFrame:
    """Ten rows: score and end (0 to 10, … 90 to 100), customers that pay, and their arr."""
    return _frame(
        connection,
        """
        select
            band * 10 as score,
            band * 10 + 10 as "end",
            count(customer_id) as customers,
            coalesce(sum(total_arr), 0)::double as arr
        from range(10) as bands (band)
        left join customers_enriched
            on total_arr > 0 and band = least(floor(customer_risk_score / 10), 9)
        group by band
        order by band
        """,
    )


def bands(connection: Connection) -> list[Row]:
    """Calm, watch and at risk: band, from_score, customers and arr, of those that pay."""
    return _rows(
        connection,
        """
        with limits as (
            select 'Calm' as band, 0 as from_score, watch_from_score as to_score
            from display_settings
            union all
            select 'Watch', watch_from_score, at_risk_from_score from display_settings
            union all
            select 'At risk', at_risk_from_score, 101 from display_settings
        )

        select
            band,
            from_score::double as from_score,
            count(customer_id) as customers,
            coalesce(sum(total_arr), 0)::double as arr
        from limits
        left join customers_enriched
            on
                total_arr > 0
                and customer_risk_score >= from_score
                and customer_risk_score < to_score
        group by band, from_score, to_score
        order by to_score desc
        """,
    )


def segments(connection: Connection) -> pd.DataFrame:
    """What is at risk, and what became of the ARR of a year before: in all, and by segment.

    The columns are kind (all, region or industry), segment, paying, arr, arr_at_risk, expected_loss
    (NaN where none can be said), and, of the last month that is over, nrr, gross_churn and
    customer_churn, twelve months, in percent (NaN where nobody paid a year before).
    """
    return _frame(
        connection,
        f"""
        with a_year as (
            select customer_id, arr_a_year_before, arr_at_end
            from customer_months
            where month = (select max(month) from customer_months)
        ),

        people as (
            select
                coalesce(region, '{NO_VALUE}') as region,
                coalesce(industry, '{NO_VALUE}') as industry,
                customers.total_arr,
                customer_risk_score >= at_risk_from_score as is_at_risk,
                expected_lost_arr,
                arr_a_year_before as before,
                arr_at_end as after
            from customers_enriched as customers
            cross join display_settings
            left join customer_outlook as outlook on customers.customer_id = outlook.customer_id
            left join a_year on customers.customer_id = a_year.customer_id
        )

        select
            case
                when grouping(region) = 0 then 'region'
                when grouping(industry) = 0 then 'industry'
                else 'all'
            end as kind,
            coalesce(region, industry) as segment,
            count(*) filter (total_arr > 0) as paying,
            coalesce(sum(total_arr), 0)::double as arr,
            coalesce(sum(total_arr) filter (is_at_risk), 0)::double as arr_at_risk,
            sum(expected_lost_arr)::double as expected_loss,
            {RATES}
        from people
        group by grouping sets ((), (region), (industry))
        order by kind, arr desc, segment
        """,
    )


def months(connection: Connection) -> pd.DataFrame:
    """The last twelve month ends that are over.

    The columns are month, arr_at_risk and expected_loss, both of those that paid then and with the
    limits and rates of today (expected_loss is NaN where there are none), and the rates as in
    segments.
    """
    rates = _frame(
        connection,
        f"""
        with people as (
            select month, arr_a_year_before as before, arr_at_end as after
            from customer_months
        )

        select month, {RATES}
        from people
        group by month
        order by month desc
        limit 12
        """,
    )
    if rates.empty:
        return rates.assign(arr_at_risk=[], expected_loss=[])
    # literals, so that only the blocks that have these days are read
    ends = ", ".join(f"last_day(date '{month:%Y-%m-%d}')" for month in rates["month"])
    risks = _frame(
        connection,
        f"""
        with ends as (
            select
                date_trunc('month', date) as month,
                total_arr,
                customer_risk_score,
                floor(
                    10 * (rank() over (partition by date order by customer_risk_score_raw desc) - 1)
                    / count(*) over (partition by date)
                ) + 1 as decile
            from customer_daily_metrics
            where total_arr > 0 and date in ({ends})
        ),

        rates as (
            select decile, any_value(churn_rate) as churn_rate from customer_outlook group by decile
        )

        select
            month,
            coalesce(sum(total_arr) filter (customer_risk_score >= at_risk_from_score), 0)::double
                as arr_at_risk,
            sum(total_arr * churn_rate)::double as expected_loss
        from ends
        cross join display_settings
        left join rates on ends.decile = rates.decile
        group by month
        """,
    )
    return rates.merge(risks, on="month", how="left").sort_values("month", ignore_index=True)


def movers(connection: Connection, day: date, number: int) -> tuple[list[Row], list[Row]]:
    """The paying customers whose risk rose most, and fell most, in the week up to ``day``.

    By the raw score, which depends on the customer alone; the score also moves when others do.
    First those of whom a value has changed, by what that explains; then those of whom only the day
    they are compared with is another one. Each row has customer_id, total_arr, customer_risk_score,
    change and real_change (raw points), the change of each component, and VALUES as they are and,
    with _before, as they were.
    """
    real = {
        name: f"if({name}_now <> {name}_before and ({name}_now < {name}_before) = (change > 0), "
        f"if(change > 0, greatest({name}, 0), least({name}, 0)), 0)"
        for name in COMPARED
    }
    values = [f"today.{c} as {n}_now, before.{c} as {n}_before" for n, c in VALUES.items()]
    points = [f"(now.{n}_driver - earlier.{n}_driver)::double as {n}" for n in COMPONENTS]
    query = f"""
        with weeks as (
            select
                today.customer_id,
                today.total_arr::double as total_arr,
                today.customer_risk_score::double as customer_risk_score,
                {", ".join(values)},
                {", ".join(points)},
                (today.customer_risk_score_raw - before.customer_risk_score_raw)::double as change
            from customers_enriched as today
            inner join customer_daily_metrics as before on today.customer_id = before.customer_id
            inner join customer_risk_drivers as now on today.customer_id = now.customer_id
            inner join customer_risk_drivers as earlier on today.customer_id = earlier.customer_id
            where
                today.total_arr > 0
                and today.last_metrics_date = $day
                and now.date = $day
                and before.date = $day - {WEEK}
                and earlier.date = $day - {WEEK}
        ),

        parts as (
            select
                *,
                {" + ".join(real.values())}
                + if(change > 0, greatest(critical_tickets, 0), least(critical_tickets, 0))
                    as real_change
            from weeks
            where change <> 0
        )

        select *
        from parts
        qualify row_number() over (partition by change > 0 order by {MOST}) <= $number
        order by {MOST}
    """
    rows = _rows(connection, query, {"day": day, "number": number})
    return [row for row in rows if row["change"] > 0], [row for row in rows if row["change"] < 0]


def choices(connection: Connection, column: str) -> list[str]:
    """The values of a region, an industry or an attribute; NO_VALUE stands for null."""
    table = "customer_attributes" if column.startswith(ATTRIBUTE) else "customers_enriched"
    choice = f"coalesce({_quoted(column.removeprefix(ATTRIBUTE))}, '{NO_VALUE}')"
    query = f"select distinct {choice} as choice from {table} order by choice"
    return [row["choice"] for row in _rows(connection, query)]


def stake(connection: Connection) -> str:
    """What is at stake: the expected loss, or score x ARR where history is too short for one."""
    query = "select count(expected_lost_arr) > 0 as known from customer_outlook"
    return "Expected loss" if _rows(connection, query)[0]["known"] else "Score x ARR"


def sortable(connection: Connection) -> list[str]:
    """The columns by which customers can be listed."""
    return [
        *("customer_id", "customer_risk_score", "total_arr", "at_stake", "silent_days"),
        *("open_tickets", "lost_arr", "left_after", *COMPONENTS, *attributes(connection)),
    ]


def listed(
    connection: Connection,
    day: date,
    which: str,
    filters: Filters,
    sort: str,
    descending: bool,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[Row], int]:
    """A page of a list, or all of it, and how many there are in all: the columns of PEOPLE.

    ``which`` is one of LISTS, ``sort`` one of sortable().
    """
    query, values = _list_query(connection, day, which, filters, sort, descending)
    page = "" if limit is None else f"limit {limit:d} offset {offset:d}"
    found = _rows(connection, f"{query} {page}", values)
    return found, found[0]["number"] if found else 0


def list_frame(
    connection: Connection, day: date, which: str, filters: Filters, sort: str, descending: bool
) -> pd.DataFrame:
    """The whole list, as a file has it: attributes under their own names where they are free."""
    query, values = _list_query(connection, day, which, filters, sort, descending)
    return _with_own_names(connection, _frame(connection, query, values).drop(columns="number"))


def _with_own_names(connection: Connection, frame: pd.DataFrame) -> pd.DataFrame:
    names = {column: column.removeprefix(ATTRIBUTE) for column in attributes(connection)}
    return frame.rename(columns={c: name for c, name in names.items() if name not in frame})


def _list_query(
    connection: Connection, day: date, which: str, filters: Filters, sort: str, descending: bool
) -> tuple[str, Row]:
    if sort not in sortable(connection):
        raise ValueError(f"cannot sort by {sort}")
    # customers that left have no ARR today
    condition, values = filters.condition("lost_arr" if which == "Left" else "total_arr")
    query = f"""
        with {_attributes(connection)}, {PEOPLE}

        select *, count(*) over () as number
        from people
        where {LISTS[which]} and {condition}
        order by {_quoted(sort)} {"desc" if descending else "asc"} nulls last, customer_id
    """
    return query, {"day": day, **values}


def renewals(connection: Connection, day: date, days: int, filters: Filters) -> list[Row]:
    """What ends within ``days`` and pays, where most is at stake first.

    Each row has product_id, end_date, days_until_end, renewal_arr, renewal_at_stake, which is its
    part of what is at stake with the customer, and the columns of PEOPLE.
    """
    return _rows(connection, *_renewals_query(connection, day, days, filters))


def renewals_frame(connection: Connection, day: date, days: int, filters: Filters) -> pd.DataFrame:
    """The same as a file has it."""
    frame = _frame(connection, *_renewals_query(connection, day, days, filters))
    return _with_own_names(connection, frame)


def _renewals_query(
    connection: Connection, day: date, days: int, filters: Filters
) -> tuple[str, Row]:
    condition, values = filters.condition()
    query = f"""
        with {_attributes(connection)}, {PEOPLE},

        chosen as (
            select * from people where total_arr > 0 and {condition}
        )

        select
            product_id,
            end_date,
            days_until_end,
            renewals.arr::double as renewal_arr,
            renewals.arr::double * at_stake / total_arr as renewal_at_stake,
            chosen.*
        from upcoming_renewals as renewals
        inner join chosen on renewals.customer_id = chosen.customer_id
        where days_until_end <= $days and renewals.arr > 0
        order by renewal_at_stake desc, end_date, chosen.customer_id, product_id
    """
    return query, {"day": day, "days": days, **values}


def customer_ids(connection: Connection, asked_for: str | None = None) -> tuple[list[str], bool]:
    """Customers to choose from, also those that have no days yet, and whether that is all.

    Of very many, those that pay most, and ``asked_for``: a browser takes a second for 20,000.
    """
    query = """
        select customer_id, count(*) over () <= $most as is_all
        from customers_enriched
        qualify
            row_number() over (order by total_arr desc nulls last, customer_id) <= $most
            or customer_id = $asked_for
        order by customer_id
    """
    rows = _rows(connection, query, {"most": MOST_IDS, "asked_for": asked_for})
    return [row["customer_id"] for row in rows], all(row["is_all"] for row in rows)


def customer(connection: Connection, customer_id: str) -> Row | None:
    """The row of customers_enriched with expected_lost_arr, and its rank among ``ranked``.

    None if there is no such customer.
    """
    query = """
        with ranks as (
            select
                *,
                rank() over (order by customer_risk_score desc nulls last) as rank,
                count(customer_risk_score) over () as ranked
            from customers_enriched
        )

        select ranks.*, expected_lost_arr
        from ranks
        left join customer_outlook as outlook on ranks.customer_id = outlook.customer_id
        where ranks.customer_id = ?
    """
    found = _rows(connection, query, [customer_id])
    return found[0] if found else None


def customer_attributes(connection: Connection, customer_id: str) -> dict[str, str | None]:
    """Attributes of a customer, by label."""
    shown = attributes(connection)
    query = f"with {_attributes(connection)} from attributes where customer_id = ?"
    found = _rows(connection, query, [customer_id])
    return {label: found[0][column] for column, label in shown.items()} if found else {}


def history(connection: Connection, customer_id: str) -> pd.DataFrame:
    """One row per day of the customer: metrics with what they are compared with, and components."""
    return _frame(
        connection,
        f"""
        with components as (
            select date, {POINTS} from customer_risk_drivers where customer_id = $id
        ),

        days as (
            select * from customer_daily_metrics where customer_id = $id
        )

        select
            days.date,
            customer_risk_score::double as score,
            total_arr::double as arr,
            lag(total_arr, 90) over (order by days.date)::double as arr_before,
            num_logins_last_3m as logins,
            num_logins_prev_3m as logins_before,
            num_unique_users_last_3m as unique_users,
            num_unique_users_prev_3m as unique_users_before,
            {", ".join(f"components.{name} as {name}_points" for name in COMPONENTS)}
        from days
        inner join components on days.date = components.date
        order by days.date
        """,
        {"id": customer_id},
    )


def component_changes(history: pd.DataFrame, least: float = 0) -> pd.DataFrame:
    """One row wherever a component has moved by ``least`` points or more since the row before.

    Small steps add up, so that what erodes slowly is seen as well as what falls in a day. The
    columns are date, component, since (the day it is compared with), before, after and change.
    """
    days, changes = history["date"].tolist(), []
    for name, label in COMPONENTS.items():
        values = history[f"{name}_points"].tolist()
        start = 0
        for place in range(1, len(values)):
            change = values[place] - values[start]
            if abs(change) >= least and change:
                at = place - 1 if least == 0 else start
                changes.append((days[place], label, days[at], values[start], values[place], change))
                start = place
    columns = ["date", "component", "since", "before", "after", "change"]
    frame = pd.DataFrame(changes, columns=columns)
    return frame.sort_values("date", kind="stable", ignore_index=True)


def ticket_table(connection: Connection, customer_id: str) -> pd.DataFrame:
    """The open tickets of a customer, the oldest first."""
    return _frame(
        connection,
        """
        select ticket_id, ticket_category, created_date, days_open
        from open_support_tickets
        where customer_id = ?
        order by days_open desc, ticket_id
        """,
        [customer_id],
    )


def open_tickets(connection: Connection, customer_id: str) -> pd.DataFrame:
    """Open tickets of the last day: category, age (in days, as a range) and tickets."""
    return _frame(
        connection,
        """
        with tickets as (
            select
                if(
                    ticket_category in ('bug', 'incident', 'question', 'feature request'),
                    ticket_category,
                    'other'
                ) as category,
                days_open
            from open_support_tickets
            where customer_id = $id
        )

        select
            category,
            case
                when days_open < 7 then '0 to 6'
                when days_open < 14 then '7 to 13'
                when days_open < 30 then '14 to 29'
                else '30+'
            end as age,
            count(*) as tickets
        from tickets
        group by category, age
        order by category, min(days_open)
        """,
        {"id": customer_id},
    )


def build(connection: Connection) -> Row:
    """last_day and customer_days of the daily table, customers and last day of the other one."""
    query = """
        select
            max(date) as last_day,
            count(*) as customer_days,
            (select count(*) from customers_enriched) as customers,
            (select max(last_metrics_date) from customers_enriched) as enriched_day
        from customer_daily_metrics
    """
    return _rows(connection, query)[0]


def rejections(connection: Connection) -> list[Row]:
    """Rejected rows: source_table, reason, rows and some of their keys, the most frequent first."""
    return _rows(
        connection,
        """
        select
            source_table,
            reason,
            count(*) as rows,
            array_to_string(list(distinct record_key order by record_key)[:3], ', ') as examples
        from rejected_records
        group by source_table, reason
        order by rows desc, source_table, reason
        """,
    )


def outcomes(connection: Connection) -> Row:
    """outcomes, churned (of them), leavers (customers), lost_arr, and first and last month end.

    The last three are None where there is no outcome.
    """
    query = """
        select
            count(*) as outcomes,
            count(*) filter (has_churned) as churned,
            count(distinct customer_id) filter (has_churned) as leavers,
            sum(lost_arr)::double as lost_arr,
            min(date) as first,
            max(date) as last
        from risk_score_outcomes
    """
    return _rows(connection, query)[0]


def lift(connection: Connection) -> pd.DataFrame:
    """One row per decile, over all months, the riskiest first.

    The columns are decile, customers, churned, rate (percent), lift, and the percentages of all
    customers, and of all lost ARR, in this decile or a riskier one: reached and caught.
    """
    return _frame(
        connection,
        """
        select
            decile,
            num_customers as customers,
            num_churned as churned,
            100 * churn_rate::double as rate,
            lift::double as lift,
            100 * sum(num_customers) over (order by decile)::double / sum(num_customers) over ()
                as reached,
            100 * cumulative_lost_arr_share::double as caught
        from risk_score_lift
        where month is null
        order by decile
        """,
    )


def powers(connection: Connection) -> dict[str, float]:
    """The AUC of each predictor over all months; without those that have none."""
    query = """
        select predictor, auc::double as auc
        from risk_score_power
        where month is null and auc is not null
    """
    return {row["predictor"]: row["auc"] for row in _rows(connection, query)}


def powers_by_month(connection: Connection, predictors: Mapping[str, str]) -> pd.DataFrame:
    """month, predictor (by its label), auc, outcomes and churned where a month has an AUC."""
    frame = _frame(
        connection,
        """
        select
            month, predictor, auc::double as auc, num_outcomes as outcomes, num_churned as churned
        from risk_score_power
        where month is not null and auc is not null and list_contains($names::varchar[], predictor)
        order by month, predictor
        """,
        {"names": list(predictors)},
    )
    return frame.assign(predictor=frame["predictor"].map(predictors))


def outlook(connection: Connection, number: int) -> list[Row]:
    """The customers with the largest expected loss: with region and industry; none if unknown."""
    query = """
        select
            customer_id,
            region,
            industry,
            decile,
            churn_rate::double as churn_rate,
            outlook.total_arr::double as total_arr,
            expected_lost_arr::double as expected_lost_arr
        from customer_outlook as outlook
        inner join customers_enriched using (customer_id)
        where expected_lost_arr is not null
        order by expected_lost_arr desc, customer_id
        limit ?
    """
    return _rows(connection, query, [number])


def results(connection: Connection) -> pd.DataFrame | None:
    """The latest result of each node; None if no run has stored results yet.

    The columns are resource_type, status, name, failures, message, command and finished_at, which
    is in UTC; what is wrong comes first.
    """
    query = """
        select resource_type, status, name, failures, message, command, finished_at
        from build_results
        order by status in ('success', 'pass'), status = 'skipped', status, name
    """
    try:
        return _frame(connection, query)
    except duckdb.CatalogException:
        return None
