"""Each file in analyses, run on the seeds, against plain Python over the tables it reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import harness
import oracle
import pytest
from harness import Dbt, Row

DRIVERS = oracle.WEIGHT_NAMES
# Youngest first, with the first age that is too old.
AGES = {
    "less than 7 days": 7,
    "7 to 13 days": 14,
    "14 to 29 days": 30,
    "30 to 89 days": 90,
    "90 days or more": 100_000,
}


class Tables:
    """The tables of the seeds.  ``daily`` and ``drivers`` are keyed by customer and day."""

    def __init__(self, db: Path) -> None:
        self.customers = harness.read_table(db, "customers_enriched")
        self.daily = {
            (row["customer_id"], row["date"]): row
            for row in harness.read_table(db, "customer_daily_metrics")
        }
        self.drivers = {
            (row["customer_id"], row["date"]): row
            for row in harness.read_table(db, "customer_risk_drivers")
        }
        self.outlook = harness.read_table(db, "customer_outlook")
        self.tickets = harness.read_table(db, "stg_support_tickets", "main_staging")
        self.last_day = max(day for _, day in self.daily)

    def days_of(self, customer_id: str) -> list[Row]:
        """From the first day to the last."""
        rows = [row for (owner, _), row in self.daily.items() if owner == customer_id]
        return sorted(rows, key=lambda row: row["date"])


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return oracle.round2(100 * Fraction(part) / Fraction(whole))


# --- what the analyses should say ----------------------------------------------------------------


def at_stake(customer: Row, outlook: Row) -> tuple[Decimal, str]:
    if outlook["expected_lost_arr"] is not None:
        return outlook["expected_lost_arr"], "expected loss"
    share = Fraction(customer["customer_risk_score"]) / 100
    return oracle.round2(share * Fraction(customer["total_arr"])), "score x ARR"


def customers_at_risk(tables: Tables) -> list[Row]:
    outlooks = {row["customer_id"]: row for row in tables.outlook}
    rows = []
    for customer in tables.customers:
        drivers = tables.drivers[customer["customer_id"], tables.last_day]
        if customer["total_arr"] > 0 and any(drivers[f"{name}_driver"] > 0 for name in DRIVERS):
            amount, kind = at_stake(customer, outlooks[customer["customer_id"]])
            rows.append(customer | drivers | {"arr_at_stake": amount, "at_stake_is": kind})
    return sorted(rows, key=lambda r: (-r["arr_at_stake"], -r["total_arr"], r["customer_id"]))


def left_recently(tables: Tables) -> list[Row]:
    rows = []
    for customer in tables.customers:
        days = tables.days_of(customer["customer_id"])
        paying = [day for day in days if day["total_arr"] > 0]
        if not paying or customer["total_arr"] > 0:
            continue
        days_since = (tables.last_day - paying[-1]["date"]).days
        if days_since <= 90:
            rows.append(
                customer
                | {
                    "last_day_with_arr": paying[-1]["date"],
                    "days_since": days_since,
                    "lost_arr": paying[-1]["total_arr"],
                    "score_then": paying[-1]["customer_risk_score"],
                }
            )
    return sorted(rows, key=lambda row: (-row["lost_arr"], row["customer_id"]))


def silent_payers(tables: Tables) -> list[Row]:
    outlooks = {row["customer_id"]: row for row in tables.outlook}
    rows = []
    for customer in tables.customers:
        days = tables.days_of(customer["customer_id"])
        if customer["total_arr"] == 0 or len(days) <= 30 or any(
            day["num_logins"] for day in days[-30:]
        ):  # fmt: skip
            continue
        silent_for = "30 to 89 days"
        if not any(day["num_logins"] for day in days[-90:]):
            silent_for = "90 days or more"
        if not any(day["num_logins"] for day in days):
            silent_for = "since its acquisition"
        expected = outlooks[customer["customer_id"]]["expected_lost_arr"]
        rows.append(customer | {"silent_for": silent_for, "expected_lost_arr": expected})
    return sorted(rows, key=lambda row: (-row["total_arr"], row["customer_id"]))


WEEK = {
    "arr": "total_arr",
    "products": "num_products",
    "logins": "num_logins_last_3m",
    "unique_users": "num_unique_users_last_3m",
    "open_tickets": "open_tickets",
    "open_bugs": "open_bug_tickets",
    "open_incidents": "open_incident_tickets",
    "aging_tickets": "tickets_open_14plus_days",
}


def worse_this_week(tables: Tables) -> list[Row]:
    rows = []
    for customer in tables.customers:
        customer_id = customer["customer_id"]
        days = [tables.last_day - timedelta(days=7), tables.last_day]
        before, now = (tables.daily.get((customer_id, day)) for day in days)
        if not before or not customer["total_arr"]:
            continue
        drivers = [tables.drivers[customer_id, day] for day in days]
        real, window = Decimal(0), Decimal(0)
        for name in DRIVERS:
            risen = max(drivers[1][f"{name}_driver"] - drivers[0][f"{name}_driver"], Decimal(0))
            if name == "critical_tickets" or now[WEEK[name]] < before[WEEK[name]]:
                real += risen
            else:
                window += risen
        row = {
            "customer_id": customer_id,
            "what": "real change" if real else "effect of the window",
            "change": now["customer_risk_score_raw"] - before["customer_risk_score_raw"],
            "real_change": real,
            "window_change": window,
        }
        for name, column in WEEK.items():
            row |= {f"{name}_a_week_ago": before[column], name: now[column]}
        if row["change"] > 0:
            rows.append(row)
    return sorted(
        rows,
        key=lambda r: (r["real_change"] == 0, -r["real_change"], -r["change"], r["customer_id"]),
    )


def arr_at_risk_by_region(tables: Tables) -> list[Row]:
    regions = defaultdict(list)
    for customer in tables.customers:
        if customer["total_arr"] > 0:
            regions[customer["region"] or "unknown"].append(customer)
    rows = []
    for region, paying in regions.items():
        at_risk = [row for row in paying if row["customer_risk_score"] >= 60]
        arr, arr_at_risk = (sum(row["total_arr"] for row in group) for group in (paying, at_risk))
        rows.append(
            {
                "region": region,
                "paying_customers": len(paying),
                "customers_at_risk": len(at_risk),
                "arr": arr,
                "arr_at_risk": arr_at_risk,
                "pct_of_arr_at_risk": _percent(arr_at_risk, arr),
            }
        )
    return sorted(rows, key=lambda row: (-row["arr_at_risk"], row["region"]))


def _quarter(day: date) -> int:
    """Counted from the year 0."""
    return 4 * day.year + (day.month - 1) // 3


def _first_day(quarter: int) -> date:
    return date(quarter // 4, 3 * (quarter % 4) + 1, 1)


def retention_by_cohort(tables: Tables) -> list[Row]:
    rows = []
    for cohort in sorted({_quarter(row["acquisition_date"]) for row in tables.customers}):
        members = [r for r in tables.customers if _quarter(r["acquisition_date"]) == cohort]
        for since in range(100):
            day = _first_day(cohort + since + 1) - timedelta(days=1)
            if day > tables.last_day:
                break
            amounts = [tables.daily[row["customer_id"], day]["total_arr"] for row in members]
            paying = sum(amount > 0 for amount in amounts)
            rows.append(
                {
                    "cohort": _first_day(cohort),
                    "quarters_since_acquisition": since,
                    "quarter_end": day,
                    "customers": len(members),
                    "paying_customers": paying,
                    "pct_paying": _percent(paying, len(members)),
                    "arr": sum(amounts),
                }
            )
    return rows


def ticket_backlog_ageing(tables: Tables) -> list[Row]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for ticket in tables.tickets:
        closed = ticket["closed_date"] if ticket["status"] == "closed" else None
        age = (tables.last_day - ticket["created_date"].date()).days
        if age >= 0 and (closed is None or closed.date() > tables.last_day):
            group = next(group for group, limit in AGES.items() if age < limit)
            groups[group].append(ticket | {"age": age})
    # each is counted once
    assert sum(map(len, groups.values())) == sum(r["open_tickets"] for r in tables.customers)
    old = [t for tickets in groups.values() for t in tickets if t["age"] >= oracle.AGING_DAYS]
    assert len(old) == sum(row["tickets_open_14plus_days"] for row in tables.customers)
    return [
        {
            "age_group": group,
            "open_tickets": len(groups[group]),
            "customers": len({ticket["customer_id"] for ticket in groups[group]}),
        }
        | {
            column: sum(ticket["ticket_category"] == category for ticket in groups[group])
            for category, column in oracle.TICKET_CATEGORIES.items()
        }
        | {"oldest_in_days": max(ticket["age"] for ticket in groups[group])}
        for group in AGES
        if group in groups
    ]


def usage_before_churn(tables: Tables) -> list[Row]:
    # by group, the days of each customer up to its last one with ARR
    groups: dict[str, list[list[Row]]] = {"left": [], "stays": []}
    for customer in tables.customers:
        days = tables.days_of(customer["customer_id"])
        while days and days[-1]["total_arr"] == 0:
            days.pop()
        if len(days) >= 180:
            stays = days[-1]["date"] == tables.last_day
            groups["stays" if stays else "left"].append(days[-180:])
    rows = []
    for group, members in groups.items():
        logins = [
            [
                day["num_logins"]
                for days in members
                for day in days[180 - 30 * month : 210 - 30 * month]
            ]
            for month in range(6, 0, -1)
        ]
        rows += [
            {
                "customer_group": group,
                "months_before": 6 - position,
                "customers": len(members),
                "logins_per_customer": oracle.round2(Fraction(sum(found), len(members))),
                "active_days_per_customer": oracle.round2(
                    Fraction(sum(number > 0 for number in found), len(members))
                ),
                "pct_of_first_month": _percent(sum(found), sum(logins[0])),
            }
            for position, found in enumerate(logins)
        ]
    return rows


ANALYSES: dict[str, Callable[[Tables], list[Row]]] = {
    function.__name__: function
    for function in (
        customers_at_risk,
        worse_this_week,
        arr_at_risk_by_region,
        retention_by_cohort,
        ticket_backlog_ageing,
        usage_before_churn,
        left_recently,
        silent_payers,
    )
}


# --- what they say -------------------------------------------------------------------------------


def _compiled(dbt: Dbt, db: Path, **vars: object) -> dict[str, tuple[list[str], str]]:
    """The described columns and the SQL of each analysis."""
    run = dbt("compile", "--select", "resource_type:analysis", db=db, **vars)
    return {
        result.node.name: (list(result.node.columns), result.node.compiled_code)
        for result in run.nodes
    }


def _run(db: Path, sql: str) -> list[Row]:
    with duckdb.connect(str(db), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [entry[0] for entry in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


@pytest.fixture(scope="module")
def compiled(dbt: Dbt, seeds_built_once: Path) -> dict[str, tuple[list[str], str]]:
    return _compiled(dbt, seeds_built_once)


@pytest.fixture(scope="module")
def tables(seeds_built_once: Path) -> Tables:
    return Tables(seeds_built_once)


def test_every_analysis_is_checked(compiled: dict[str, object]) -> None:
    assert set(compiled) == set(ANALYSES)


def _in_order(columns: Iterable[str], rows: list[Row]) -> list[Row]:
    return [{column: row[column] for column in columns} for row in rows]


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_matches_plain_python(
    name: str,
    seeds_built_once: Path,
    compiled: dict[str, tuple[list[str], str]],
    tables: Tables,
) -> None:
    columns, sql = compiled[name]
    actual = _run(seeds_built_once, sql)
    expected = ANALYSES[name](tables)
    assert len(expected) >= 3
    assert list(actual[0]) == columns
    # the order of the rows too
    assert actual == _in_order(columns, expected)


def test_the_analyses_of_the_seeds_are_not_trivial(tables: Tables) -> None:
    """Otherwise equal answers would prove little."""
    assert len({row["largest_driver"] for row in customers_at_risk(tables)}) > 2
    assert {row["what"] for row in worse_this_week(tables)} > {"real change"}
    assert len({row["days_since"] for row in left_recently(tables)}) > 2
    assert all(0 < row["days_since"] <= 90 for row in left_recently(tables))
    # with a score that others have too, so that nothing else would show them
    assert {row["silent_for"] for row in silent_payers(tables)} == {"since its acquisition"}
    assert all(0 < row["arr_at_risk"] < row["arr"] for row in arr_at_risk_by_region(tables))
    assert len({row["pct_paying"] for row in retention_by_cohort(tables)}) > 5
    assert [row["age_group"] for row in ticket_backlog_ageing(tables)] == list(AGES)
    last_months = [row for row in usage_before_churn(tables) if row["months_before"] == 1]
    left, stays = (row["pct_of_first_month"] for row in last_months)
    assert left < 50 < stays


def test_analyses_of_empty_inputs_are_empty(dbt: Dbt, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for table, columns in oracle.INPUT_COLUMNS.items():
        (inputs / f"{table}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    db = tmp_path / "customer_health.duckdb"
    dbt("run", db=db, data_dir=str(inputs))
    for name, (_, sql) in _compiled(dbt, db, data_dir=str(inputs)).items():
        assert _run(db, sql) == [], name
