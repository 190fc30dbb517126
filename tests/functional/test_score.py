"""The tables that judge the score recognise a good one and a bad one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import harness
import input_files
import oracle
import pytest
from harness import Dbt, Row

TODAY = datetime.now(UTC).date()
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2024, 6, 30)
NUM_DAYS = (LAST_DAY - FIRST_DAY).days + 1
SETTINGS = oracle.Settings(run_day=TODAY, as_of_date=LAST_DAY)


def world_of(
    leaves: dict[str, int], logins: Callable[[str], Iterator[int]], tickets: int = 0
) -> input_files.RawWorld:
    """Customers with one subscription, up to the day in ``leaves``, and logins on days.

    Days are counted from FIRST_DAY; who leaves after the last one stays. Each customer has that
    many open tickets, on any day from half a year before on, and of any kind.
    """

    def day(number: int) -> str:
        return (FIRST_DAY + timedelta(days=number)).isoformat()

    draw = random.Random(5)
    world: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    for customer, last in leaves.items():
        rows: dict[str, list[tuple[str | None, ...]]] = {
            "customers": [(customer, day(0), "EMEA", "Retail")],
            "subscriptions": [(customer, "P", "1", day(0), day(last), "100")],
            "login_events": [(f"u{customer}", customer, "admin", day(n)) for n in logins(customer)],
            "support_tickets": [
                (
                    f"{customer}-{n}",
                    customer,
                    "open",
                    day(draw.randrange(-180, NUM_DAYS)),
                    kind,
                    None,
                )
                for n, kind in enumerate(draw.choices(("bug", "question"), k=tickets))
            ],
        }
        for table, found in rows.items():
            columns = oracle.INPUT_COLUMNS[table]
            world[table] += [dict(zip(columns, row, strict=True)) for row in found]
    return world


def built(dbt: Dbt, folder: Path, world: input_files.RawWorld, **changes: object) -> Path:
    input_files.write_csv(world, folder / "inputs")
    db = folder / "customer_health.duckdb"
    dbt("run", db=db, **harness.dbt_vars(replace(SETTINGS, **changes), folder / "inputs"))
    return db


def powers(db: Path) -> dict[str, Row]:
    """The rows of risk_score_power over all months."""
    rows = harness.read_table(db, "risk_score_power")
    return {row["predictor"]: row for row in rows if row["month"] is None}


def interval_of_auc(outcomes: list[Row]) -> tuple[Fraction, Fraction]:
    """The 90 % interval of the raw score's AUC when whole customers are resampled."""
    draw = random.Random(1)
    by_customer: dict[str, list[Row]] = {}
    for row in outcomes:
        by_customer.setdefault(row["customer_id"], []).append(row)
    found = []
    for _ in range(200):
        drawn = [
            row for c in draw.choices([*by_customer], k=len(by_customer)) for row in by_customer[c]
        ]
        sides = [
            [row["customer_risk_score_raw"] for row in drawn if row["has_churned"] is churned]
            for churned in (True, False)
        ]
        found.append(oracle.auc(*sides))
    found.sort()
    return found[10], found[-11]


def test_a_score_of_noise_is_worth_nothing(dbt: Dbt, tmp_path: Path) -> None:
    """Logins and tickets that are independent of who leaves and when.

    They begin before the first day, since a score that rises with time would tell of the time.
    """
    draw = random.Random(3)
    leaves = {f"C{n:03}": draw.randrange(NUM_DAYS) if n % 2 else NUM_DAYS + 1 for n in range(60)}
    busy = {customer: [draw.uniform(0.02, 0.4) for _ in range(30)] for customer in leaves}

    def logins(customer: str) -> Iterator[int]:
        return (n for n in range(-180, NUM_DAYS) if draw.random() < busy[customer][(n + 180) // 30])

    db = built(dbt, tmp_path, world_of(leaves, logins, tickets=6))
    low, high = interval_of_auc(harness.read_table(db, "risk_score_outcomes"))
    assert low < 0.5 < high
    assert high - low < 0.25, "an interval that holds everything says nothing"
    assert low <= powers(db)["customer_risk_score_raw"]["auc"] <= high
    # and the score varied
    scores = {
        row["customer_risk_score_raw"] for row in harness.read_table(db, "risk_score_outcomes")
    }
    assert len(scores) > 100


def test_a_perfect_score_is_worth_all(dbt: Dbt, tmp_path: Path) -> None:
    """Who leaves falls silent a hundred days before, and nobody else ever does."""
    leaves = {f"C{n:02}": 300 + 8 * n if n % 3 == 0 else NUM_DAYS + 1 for n in range(24)}
    db = built(
        dbt, tmp_path, world_of(leaves, lambda c: iter(range(min(NUM_DAYS, leaves[c] - 99))))
    )
    power = powers(db)
    assert power["customer_risk_score_raw"]["auc"] == 1
    assert power["logins_driver"]["auc"] == 1
    assert power["days_since_last_login"]["auc"] == 1
    # constant components predict nothing
    assert power["products_driver"]["auc"] == Fraction(1, 2)
    assert power["customer_risk_score_raw"]["num_churned"] >= 20
    lift = [row for row in harness.read_table(db, "risk_score_lift") if row["month"] is None]
    (first,) = (row for row in lift if row["decile"] == 1)
    # with all that stay alike, whole months are in it
    assert first["lift"] > 1
    outlook = {row["customer_id"]: row for row in harness.read_table(db, "customer_outlook")}
    assert outlook.keys() == {customer for customer, last in leaves.items() if last >= NUM_DAYS}


def test_an_outcome_knows_nothing_of_the_time_after_its_window(dbt: Dbt, tmp_path: Path) -> None:
    """Rows after a day change; outcomes up to that day, and what was known before, do not."""
    known = date(2025, 6, 15)
    after = (known + timedelta(days=1)).isoformat()
    world = input_files.read_csv(harness.ROOT / "seeds")
    changed = {
        "customers": [r for r in world["customers"] if r["acquisition_date"] < after],
        "subscriptions": [
            # what is active on the day ends on it at the latest
            row | {"end_date": min(row["end_date"] or after, known.isoformat())}
            for row in world["subscriptions"]
            if row["start_date"] < after
        ],
        "login_events": [
            row if row["login_timestamp"] < after else row | {"user_type": "admin", "user_id": "u"}
            for row in world["login_events"]
        ],
        "support_tickets": [
            row | ({"status": "open"} if (row["closed_date"] or "") >= after else {})
            for row in world["support_tickets"]
            if row["created_date"] < after
        ],
    }
    kept = {row["customer_id"] for row in changed["customers"]}
    tables = []
    for name, rows in (("as it was", world), ("changed", changed)):
        db = built(dbt, tmp_path / name, rows, as_of_date=date(2025, 12, 31))
        tables.append(
            {
                (row["customer_id"], row["date"]): row
                for row in harness.read_table(db, "risk_score_outcomes")
            }
        )
    before, now = tables
    window = timedelta(days=SETTINGS.outcome_days)
    closed = [key for key in before if key[1] + window <= known]
    assert len(closed) > 200
    assert [before[key] for key in closed] == [now[key] for key in closed]
    # outcomes whose window was open changed only in their result
    opened = [key for key in before if key[1] <= known < key[1] + window]
    outcome = {"arr_after", "lost_arr", "has_churned", "has_contracted"}
    for key in opened:
        assert {name for name in now[key] if now[key][name] != before[key][name]} <= outcome
        assert now[key]["has_churned"]
    assert not all(before[key]["has_churned"] for key in opened)
    assert {customer for customer, _ in opened} <= kept


@pytest.mark.parametrize("outcome_days", [1, pytest.param(365, marks=pytest.mark.long)])
def test_outcome_days_changes_the_outcomes_and_no_day(
    dbt: Dbt, seeds_db: Path, outcome_days: int
) -> None:
    run = dbt("run", db=seeds_db, outcome_days=outcome_days)
    assert run.said_of("customer_daily_metrics") == ["nothing changed"]
    chosen = oracle.Settings(run_day=TODAY, outcome_days=outcome_days)
    harness.assert_matches_oracle(
        seeds_db, oracle.compute(input_files.read_csv(harness.ROOT / "seeds"), chosen)
    )


@pytest.mark.long
def test_too_little_history_gives_reasons_instead_of_rates(dbt: Dbt, tmp_path: Path) -> None:
    """Two customers and two months, then enough history without churn."""
    leaves = {"A": NUM_DAYS + 1, "B": NUM_DAYS + 1}
    world = world_of(leaves, lambda _: iter(()))
    reasons = []
    for days in (60, 365, NUM_DAYS - 1):
        last_day = FIRST_DAY + timedelta(days=days)
        # with a window of a day there are two outcomes a month
        for outcome_days in (90, 1):
            db = built(dbt, tmp_path, world, as_of_date=last_day, outcome_days=outcome_days)
            outlook = harness.read_table(db, "customer_outlook")
            assert all(row["churn_rate"] is row["expected_lost_arr"] is None for row in outlook)
            reasons += {row["why_unknown"] for row in outlook}
    assert reasons == [
        "history_too_short",
        "too_few_outcomes",
        "too_few_outcomes",
        "too_few_outcomes",
        # 30 of them are enough
        "nobody_has_churned",
        "nobody_has_churned",
    ]
