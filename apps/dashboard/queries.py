"""Queries of the pages: functions of a connection that return rows or a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pandas as pd
from database import Connection, Row, records

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
MOST_IDS = 1000
CATEGORIES = ("bug", "incident", "question", "feature request")
BANDS = {"at_risk": "At risk", "watch": "Watch", "calm": "Calm"}

# The lists of customers: which column of customer_list says who is on each.
LISTS = {
    "To call": "is_to_call",
    "Paying": "is_paying",
    "Silent 30 days": "is_silent_30",
    "Silent 90 days": "is_silent_90",
    "Left": "has_left_recently",
    "All": "last_metrics_date is not null",
}
# What the dashboard lists of each customer.
PEOPLE = f"""
    people as (
        select
            customer_id,
            region,
            industry,
            total_arr::double as total_arr,
            customer_risk_score::double as customer_risk_score,
            arr_at_stake::double as at_stake,
            days_silent as silent_days,
            has_never_logged_in as never_active,
            open_tickets,
            lost_arr::double as lost_arr,
            last_day_with_arr as left_after,
            {POINTS},
            attributes.* exclude (customer_id)
        from customer_list
        left join attributes using (customer_id)
        where {{condition}}
    )
"""
# Values that a week may change, in customer_week.
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
MOST = "abs(real_change) desc, abs(change) desc, customer_id"


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
    return records(connection.cursor(), query, parameters)


def _frame(connection: Connection, query: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
    return connection.cursor().execute(query, parameters).df()


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def display_settings(connection: Connection) -> Row:
    """The row of display_settings; currency is None if not set."""
    query = """
        select
            currency,
            watch_from_score::double as watch_from_score,
            at_risk_from_score::double as at_risk_from_score,
            stale_after_days
        from display_settings
    """
    return _rows(connection, query)[0]


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
    found = _frame(
        connection,
        """
        select
            least(floor(customer_risk_score / 10), 9)::int as band,
            count(*) as customers,
            sum(total_arr)::double as arr
        from customer_list
        where is_paying
        group by band
        """,
    )
    bands = found.set_index("band").reindex(range(10), fill_value=0).reset_index()
    return bands.assign(score=10 * bands["band"], end=10 * bands["band"] + 10)


def bands(connection: Connection) -> list[Row]:
    """At risk, watch and calm: band, from_score, customers and arr, of those that pay."""
    query = """
        select risk_band, count(*) as customers, sum(total_arr)::double as arr
        from customer_list
        where is_paying
        group by risk_band
    """
    found = {row.pop("risk_band"): row for row in _rows(connection, query)}
    limits = display_settings(connection)
    return [
        {
            "band": label,
            "from_score": limits.get(f"{name}_from_score", 0.0),
            **found.get(name, {"customers": 0, "arr": 0.0}),
        }
        for name, label in BANDS.items()
    ]


def _segment_months(connection: Connection) -> pd.DataFrame:
    return _frame(
        connection,
        """
        select
            month,
            kind,
            segment,
            is_over,
            is_latest,
            num_paying_customers as paying,
            arr::double as arr,
            arr_at_risk::double as arr_at_risk,
            expected_lost_arr::double as expected_loss,
            100 * net_revenue_retention::double as nrr,
            100 * gross_churn::double as gross_churn,
            100 * customer_churn::double as customer_churn
        from segment_months
        order by month, kind, arr desc, segment
        """,
    )


def segments(connection: Connection) -> pd.DataFrame:
    """What is at risk, and what became of the ARR of a year before: in all, and by segment.

    The columns are kind (all, region or industry), segment, paying, arr, arr_at_risk, expected_loss
    (NaN where none can be said), and, of the last month that is over, nrr, gross_churn and
    customer_churn, twelve months, in percent (NaN where nobody paid a year before).
    """
    rates = ["nrr", "gross_churn", "customer_churn"]
    found = _segment_months(connection)
    found["segment"] = found["segment"].fillna(NO_VALUE)
    over = found[found["is_over"]]
    year = over.loc[over["month"] == over["month"].max(), ["kind", "segment", *rates]]
    today = found[found["is_latest"]].drop(columns=[*rates, "month", "is_over", "is_latest"])
    return today.merge(year, on=["kind", "segment"], how="left")


def months(connection: Connection) -> pd.DataFrame:
    """The last twelve month ends that are over.

    The columns are month, arr_at_risk and expected_loss, both of those that paid then and with the
    limits and rates of today (expected_loss is NaN where there are none), and the rates as in
    segments.
    """
    found = _segment_months(connection)
    over = found[(found["kind"] == "all") & found["is_over"]].tail(12)
    columns = ["month", "nrr", "gross_churn", "customer_churn", "arr_at_risk", "expected_loss"]
    return over[columns].reset_index(drop=True)


def movers(connection: Connection, number: int) -> tuple[list[Row], list[Row]]:
    """The paying customers whose risk rose most, and fell most, in the last week.

    By the raw score, which depends on the customer alone; the score also moves when others do.
    First those of whom a value has changed, by what that explains; then those of whom only the day
    they are compared with is another one. Each row has customer_id, total_arr, customer_risk_score,
    change and real_change (raw points), the change of each component, and VALUES as they are and,
    with _before, as they were.
    """
    values = [f"{c} as {n}_now, {c}_a_week_ago as {n}_before" for n, c in VALUES.items()]
    points = [f"{name}_driver_change::double as {name}" for name in COMPONENTS]
    query = f"""
        select
            customer_id,
            total_arr::double as total_arr,
            customer_risk_score::double as customer_risk_score,
            {", ".join(values)},
            {", ".join(points)},
            raw_score_change::double as change,
            real_change::double as real_change
        from customer_week
        where raw_score_change <> 0
        qualify row_number() over (partition by raw_score_change > 0 order by {MOST}) <= ?
        order by {MOST}
    """
    rows = _rows(connection, query, [number])
    return [row for row in rows if row["change"] > 0], [row for row in rows if row["change"] < 0]


def choices(connection: Connection, column: str) -> list[str]:
    """The values of a region, an industry or an attribute; NO_VALUE stands for null."""
    table = "customer_attributes" if column.startswith(ATTRIBUTE) else "customers_enriched"
    choice = f"coalesce({_quoted(column.removeprefix(ATTRIBUTE))}, '{NO_VALUE}')"
    query = f"select distinct {choice} as choice from {table} order by choice"
    return [row["choice"] for row in _rows(connection, query)]


def stake(connection: Connection) -> str:
    """How what is at stake is reckoned: Expected loss, or Score x ARR while history is short."""
    found = _rows(connection, "select at_stake_is from customer_outlook limit 1")
    kind = found[0]["at_stake_is"] if found else "score x ARR"
    return kind[0].upper() + kind[1:]


def sortable(connection: Connection) -> list[str]:
    """The columns by which customers can be listed."""
    return [
        *("customer_id", "customer_risk_score", "total_arr", "at_stake", "silent_days"),
        *("open_tickets", "lost_arr", "left_after", *COMPONENTS, *attributes(connection)),
    ]


def listed(
    connection: Connection,
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
    query, values = _list_query(connection, which, filters, sort, descending)
    page = "" if limit is None else f"limit {limit:d} offset {offset:d}"
    found = _rows(connection, f"{query} {page}", values)
    return found, found[0]["number"] if found else 0


def list_frame(
    connection: Connection, which: str, filters: Filters, sort: str, descending: bool
) -> pd.DataFrame:
    """The whole list, as a file has it: attributes under their own names where they are free."""
    query, values = _list_query(connection, which, filters, sort, descending)
    return _with_own_names(connection, _frame(connection, query, values).drop(columns="number"))


def _with_own_names(connection: Connection, frame: pd.DataFrame) -> pd.DataFrame:
    names = {column: column.removeprefix(ATTRIBUTE) for column in attributes(connection)}
    return frame.rename(columns={c: name for c, name in names.items() if name not in frame})


def _list_query(
    connection: Connection, which: str, filters: Filters, sort: str, descending: bool
) -> tuple[str, Row]:
    if sort not in sortable(connection):
        raise ValueError(f"cannot sort by {sort}")
    # customers that left have no ARR today
    condition, values = filters.condition("lost_arr" if which == "Left" else "total_arr")
    query = f"""
        with {_attributes(connection)}, {PEOPLE.format(condition=LISTS[which])}

        select *, count(*) over () as number
        from people
        where {condition}
        order by {_quoted(sort)} {"desc" if descending else "asc"} nulls last, customer_id
    """
    return query, values


def renewals(connection: Connection, days: int, filters: Filters) -> list[Row]:
    """What ends within ``days`` and pays, where most is at stake first.

    Each row has product_id, end_date, days_until_end, renewal_arr, renewal_at_stake, which is its
    part of what is at stake with the customer, and the columns of PEOPLE.
    """
    return _rows(connection, *_renewals_query(connection, days, filters))


def renewals_frame(connection: Connection, days: int, filters: Filters) -> pd.DataFrame:
    """The same as a file has it."""
    return _with_own_names(
        connection, _frame(connection, *_renewals_query(connection, days, filters))
    )


def _renewals_query(connection: Connection, days: int, filters: Filters) -> tuple[str, Row]:
    condition, values = filters.condition()
    query = f"""
        with {_attributes(connection)}, {PEOPLE.format(condition=LISTS["Paying"])}

        select
            product_id,
            end_date,
            days_until_end,
            renewals.arr::double as renewal_arr,
            arr_at_stake::double as renewal_at_stake,
            people.*
        from upcoming_renewals as renewals
        inner join people using (customer_id)
        where days_until_end <= $days and renewals.arr > 0 and {condition}
        order by renewal_at_stake desc, end_date, customer_id, product_id
    """
    return query, {"days": days, **values}


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
    """The row of customers_enriched, its rank among ``ranked``, and what customer_list says of it.

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

        select ranks.*, expected_lost_arr, days_silent, has_never_logged_in, is_silent_30
        from ranks
        inner join customer_list using (customer_id)
        where customer_id = ?
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
        with drivers as (
            select record_key, {POINTS} from customer_risk_drivers where customer_id = $id
        ),

        days as (
            select * from customer_daily_metrics where customer_id = $id
        )

        select
            date,
            customer_risk_score::double as score,
            total_arr::double as arr,
            lag(total_arr, 90) over (order by date)::double as arr_before,
            num_logins_last_3m as logins,
            num_logins_prev_3m as logins_before,
            num_unique_users_last_3m as unique_users,
            num_unique_users_prev_3m as unique_users_before,
            {", ".join(f"drivers.{name} as {name}_points" for name in COMPONENTS)}
        from days
        inner join drivers using (record_key)
        order by date
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
    """Open tickets of the last day: category, age (a group of days) and tickets."""
    query = """
        select ticket_category as category, age_group as age, days_open
        from open_support_tickets
        where customer_id = ?
    """
    found = _frame(connection, query, [customer_id])
    found["category"] = found["category"].where(found["category"].isin(CATEGORIES), "other")
    groups = found.groupby(["category", "age"])["days_open"].agg(tickets="size", youngest="min")
    return groups.reset_index().sort_values(["category", "youngest"], ignore_index=True)


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
            total_arr::double as total_arr,
            expected_lost_arr::double as expected_lost_arr
        from customer_list
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
