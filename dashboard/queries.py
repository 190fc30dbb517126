"""What the pages ask the database: functions of a connection that return rows or a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd

# The components of the risk score, as in the setting risk_weights, and what more of each means.
COMPONENTS = {
    "products": "Fewer products",
    "arr": "Less ARR",
    "logins": "Fewer logins",
    "unique_users": "Fewer users",
    "critical_tickets": "Critical tickets",
}
POINTS = ", ".join(f"{name}_driver::double as {name}" for name in COMPONENTS)
SORTABLE = ("customer_id", "customer_risk_score", "total_arr", *COMPONENTS)
NO_VALUE = "(none)"
WEEK = 7

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]


@dataclass(frozen=True)
class Filters:
    """Which customers to list; nothing chosen means all of them."""

    regions: Sequence[str] = ()
    industries: Sequence[str] = ()
    arr_from: float | None = None
    arr_to: float | None = None


def _rows(connection: Connection, query: str, parameters: Sequence[object] = ()) -> list[Row]:
    cursor = connection.cursor().execute(query, parameters)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def _frame(connection: Connection, query: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
    return connection.cursor().execute(query, parameters).df()


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
    """Ten rows: score and end of the band (0 to 10, … 90 to 100), customers and arr in it."""
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
            on customer_risk_score is not null and band = least(floor(customer_risk_score / 10), 9)
        group by band
        order by band
        """,
    )


def movers(connection: Connection, day: date, number: int) -> tuple[list[Row], list[Row]]:
    """The customers whose risk rose most, and fell most, in the week up to ``day``.

    By the raw score, which depends on the customer alone; the score also moves when others do.
    Each row has customer_id, total_arr, customer_risk_score, change (raw points) and the change of
    each component.
    """
    query = f"""
        with changes as (
            select
                today.customer_id,
                today.total_arr,
                today.customer_risk_score,
                today.customer_risk_score_raw - earlier.customer_risk_score_raw as change
            from customers_enriched as today
            inner join customer_daily_metrics as earlier on today.customer_id = earlier.customer_id
            where today.last_metrics_date = $day and earlier.date = $day - {WEEK}
        )

        (from changes where change > 0 order by change desc, customer_id limit $number)
        union all
        (from changes where change < 0 order by change, customer_id limit $number)
    """
    rows = _rows(connection, query, {"day": day, "number": number})
    query = f"""
        select customer_id, date, {POINTS}
        from customer_risk_drivers
        where customer_id in (select unnest($ids::varchar[])) and date in ($day, $day - {WEEK})
    """
    values = {"day": day, "ids": [row["customer_id"] for row in rows]}
    points = {(row["customer_id"], row["date"]): row for row in _rows(connection, query, values)}
    for row in rows:
        now = points.get((row["customer_id"], day))
        before = points.get((row["customer_id"], day - timedelta(days=WEEK)))
        for name in COMPONENTS:
            row[name] = now[name] - before[name] if now and before else None
    return [row for row in rows if row["change"] > 0], [row for row in rows if row["change"] < 0]


def choices(connection: Connection, column: str) -> list[str]:
    """The regions or industries there are, in order; NO_VALUE stands for none."""
    choice = f"coalesce({column}, '{NO_VALUE}')"
    query = f"select distinct {choice} as choice from customers_enriched order by choice"
    return [row["choice"] for row in _rows(connection, query)]


def ranked(
    connection: Connection,
    day: date,
    filters: Filters,
    *,
    sort: str,
    descending: bool,
    limit: int,
    offset: int,
) -> tuple[list[Row], int]:
    """One page of the customers that have a score on ``day``, and how many there are in all.

    ``sort`` is one of SORTABLE.  Each row has customer_id, region, industry, total_arr,
    customer_risk_score and the components.
    """
    if sort not in SORTABLE:
        raise ValueError(f"cannot sort by {sort}")
    conditions, values = ["last_metrics_date = $day"], {"day": day}
    for column, chosen in (("region", filters.regions), ("industry", filters.industries)):
        if chosen:
            conditions.append(f"list_contains(${column}, coalesce({column}, '{NO_VALUE}'))")
            values[column] = list(chosen)
    for operator, name, bound in (
        (">=", "arr_from", filters.arr_from),
        ("<=", "arr_to", filters.arr_to),
    ):
        if bound is not None:
            conditions.append(f"total_arr {operator} ${name}")
            values[name] = bound
    source = f"from customers_enriched as customers where {' and '.join(conditions)}"
    number = _rows(connection, f"select count(*) as number {source}", values)[0]["number"]
    query = f"""
        with components as (
            select customer_id, {POINTS} from customer_risk_drivers where date = $day
        ),

        customers as (select * {source})

        select
            customers.customer_id,
            region,
            industry,
            total_arr::double as total_arr,
            customer_risk_score::double as customer_risk_score,
            {", ".join(COMPONENTS)}
        from customers
        left join components on customers.customer_id = components.customer_id
        order by {sort} {"desc" if descending else "asc"} nulls last, customers.customer_id
        limit {limit:d} offset {offset:d}
    """
    return _rows(connection, query, values), number


def customer_ids(connection: Connection) -> list[str]:
    """Every customer, also those that have no days yet."""
    rows = _rows(connection, "select customer_id from customers_enriched order by customer_id")
    return [row["customer_id"] for row in rows]


def customer(connection: Connection, customer_id: str) -> Row:
    """The row of customers_enriched, and its rank by score among ``ranked`` customers."""
    query = """
        with ranks as (
            select
                *,
                rank() over (order by customer_risk_score desc nulls last) as rank,
                count(customer_risk_score) over () as ranked
            from customers_enriched
        )

        select * from ranks where customer_id = ?
    """
    return _rows(connection, query, [customer_id])[0]


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


def component_changes(history: pd.DataFrame) -> pd.DataFrame:
    """One row for each component that differs from the day before.

    The columns are date, component, before, after and change, in points.
    """
    parts = []
    for name, label in COMPONENTS.items():
        after = history[f"{name}_points"]
        part = pd.DataFrame(
            {"date": history["date"], "component": label, "before": after.shift(), "after": after}
        )
        parts.append(part.assign(change=part["after"] - part["before"]))
    changes = pd.concat(parts)
    return changes[changes["change"].abs() > 0].sort_values("date", ignore_index=True)


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
    """One row per tenth, over all months, the riskiest first.

    The columns are tenth, customers, churned, rate (percent), lift, and the percentages of all
    customers, and of all lost ARR, in this tenth or a riskier one: reached and caught.
    """
    return _frame(
        connection,
        """
        select
            tenth,
            num_customers as customers,
            num_churned as churned,
            100 * churn_rate::double as rate,
            lift::double as lift,
            100 * sum(num_customers) over (order by tenth)::double / sum(num_customers) over ()
                as reached,
            100 * cumulative_lost_arr_share::double as caught
        from risk_score_lift
        where month is null
        order by tenth
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
            tenth,
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
    """What became of each node when dbt last ran it; None where no run has stored that yet.

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
