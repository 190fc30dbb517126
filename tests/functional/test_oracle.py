"""The dbt project against the brute-force oracle, and both against values worked out by hand.

The random worlds are the same 25 on every run; the environment variable CUSTOMER_HEALTH_EXAMPLES
asks for that number of new ones instead (about three seconds each).
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import harness
import oracle
import pytest
import worlds
from dbt.contracts.graph.manifest import Manifest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

# The worlds end in 2025 (but for the year 2999), so any later day of the run gives the same tables.
TODAY = datetime.now(UTC).date()
EXAMPLES = os.environ.get("CUSTOMER_HEALTH_EXAMPLES")


def _settings(**changes: Any) -> oracle.Settings:
    return oracle.Settings(**({"run_day": TODAY} | changes))


# --- the oracle itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction("1.005"), "1.01"),
        (Fraction("-1.005"), "-1.01"),
        (Fraction("1.0049999999999999999999"), "1.00"),
        (Fraction("2.675"), "2.68"),
        (Fraction("0.005"), "0.01"),
        (Fraction("-0.005"), "-0.01"),
        (Fraction("-0.001"), "0.00"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-2, 3), "-0.67"),
        (0, "0.00"),
        (7, "7.00"),
        (Fraction("9999999999999999.994"), "9999999999999999.99"),
    ],
)
def test_rounding_is_half_away_from_zero(value: Fraction, expected: str) -> None:
    assert str(oracle.round2(value)) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (3, 2, "50.00"),
        (0, 3, "-100.00"),
        (4, 3, "33.33"),
        (5, 3, "66.67"),
        (1, 800, "-99.88"),  # -99.875, a tie
        (801, 800, "0.13"),  # 0.125, a tie
    ],
)
def test_pct(now: int, before: int, expected: str) -> None:
    assert str(oracle.pct(now, before)) == expected


def test_pct_of_nothing_is_null() -> None:
    assert oracle.pct(5, 0) is None
    assert oracle.pct(0, Decimal("0.00")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", datetime(2024, 2, 29)),
        (" 2024-02-29\r\n", datetime(2024, 2, 29)),
        ("2024-02-29 23:59", datetime(2024, 2, 29, 23, 59)),
        ("2024-02-29T23:59:58", datetime(2024, 2, 29, 23, 59, 58)),
        ("2024-02-29T23:59:58.5", datetime(2024, 2, 29, 23, 59, 58, 500000)),
        ("2024-02-29T23:59:58.000001", datetime(2024, 2, 29, 23, 59, 58, 1)),
        # Kathmandu is 5:45 ahead of UTC
        ("2024-02-29T18:15Z", datetime(2024, 3, 1, 0, 0)),
        ("2024-02-29 18:14:59 +00:00", datetime(2024, 2, 29, 23, 59, 59)),
        ("2024-03-01 00:00-0330", datetime(2024, 3, 1, 9, 15)),
        ("2024-03-01 00:00 +14", datetime(2024, 2, 29, 15, 45)),
    ],
)
def test_readable_timestamps(text: str, expected: datetime) -> None:
    assert oracle.read_moment(text, "Asia/Kathmandu") == expected
    assert oracle.read_day(text, "Asia/Kathmandu") == expected.date()


@pytest.mark.parametrize("text", worlds.UNREADABLE_DATES)
def test_unreadable_timestamps(text: str | None) -> None:
    assert oracle.read_moment(text, "UTC") is None


@pytest.mark.parametrize("text", worlds.UNREADABLE_NUMBERS)
def test_unreadable_numbers(text: str | None) -> None:
    assert oracle.read_arr(text) is None
    assert oracle.read_quantity(text) is None


def test_readable_numbers() -> None:
    assert [oracle.read_quantity(text) for text in ("3", "3.0", " 3 ", "+3", "-3", 3, 3.0)] == [
        3,
        3,
        3,
        3,
        -3,
        3,
        3,
    ]
    assert [oracle.read_quantity(text) for text in ("2.5", "2147483648", "-2147483648")] == [
        None,
        None,
        -(2**31),
    ]
    assert [str(oracle.read_arr(text)) for text in ("1.005", "-0.001", "+7", 0.1, 12)] == [
        "1.01",
        "0.00",
        "7.00",
        "0.10",
        "12.00",
    ]


def _world(**tables: list[dict[str, Any]]) -> dict[str, list[dict[str, object]]]:
    """Customer A since 2024-01-01 and whatever else is given; absent columns are null."""
    customers: list[dict[str, object]] = [{"customer_id": "A", "acquisition_date": "2024-01-01"}]
    return {"customers": customers} | {
        table: [{"customer_id": "A"} | row for row in rows] for table, rows in tables.items()
    }


def _on(day: str, column: str, world: oracle.RawTables, **changes: Any) -> Any:
    """One cell of A's row of ``day``."""
    as_of = date.fromisoformat(day)
    result = oracle.compute(world, _settings(**({"as_of_date": as_of} | changes)))
    (row,) = [r for r in result.customer_daily_metrics if r["date"] == as_of]
    return row[column]


def _day_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def test_login_windows_begin_and_end_on_the_right_day() -> None:
    world = _world(
        login_events=[
            {"user_id": "u", "user_type": "admin", "login_timestamp": "2024-01-10 23:59:59"}
        ]
    )
    for distance, last, prev in ((0, 1, 0), (89, 1, 0), (90, 0, 1), (179, 0, 1), (180, 0, 0)):
        day = _day_after("2024-01-10", distance)
        assert _on(day, "num_logins_last_3m", world) == last, distance
        assert _on(day, "num_logins_prev_3m", world) == prev, distance
    assert _on("2024-01-09", "num_logins_last_3m", world) == 0
    assert _on(_day_after("2024-01-10", 90), "pct_change_logins_3m", world) == Decimal("-100.00")
    assert _on(_day_after("2024-01-10", 90), "is_logins_declining", world) is True
    assert _on(_day_after("2024-01-10", 89), "is_logins_declining", world) is False


def test_a_ticket_is_old_on_its_fourteenth_day_and_resolved_on_its_closed_day() -> None:
    ticket = {
        "ticket_id": "T",
        "status": " Closed ",
        "ticket_category": "Bug",
        "created_date": "2024-02-01 23:59",
        "closed_date": "2024-02-20 00:00",
    }
    world = _world(support_tickets=[ticket])
    assert _on("2024-01-31", "total_tickets_to_date", world) == 0
    assert _on("2024-02-14", "tickets_open_14plus_days", world) == 0
    assert _on("2024-02-15", "tickets_open_14plus_days", world) == 1
    assert _on("2024-02-19", "open_bug_tickets", world) == 1
    assert _on("2024-02-19", "avg_days_to_resolution", world) is None
    assert _on("2024-02-20", "open_bug_tickets", world) == 0
    assert _on("2024-02-20", "avg_days_to_resolution", world) == Decimal("19.00")
    reopened = _world(support_tickets=[ticket | {"status": "open"}])
    assert _on("2024-02-20", "open_bug_tickets", reopened) == 1
    assert _on("2024-02-20", "avg_days_to_resolution", reopened) is None


def test_aging_is_high_above_the_threshold_only() -> None:
    tickets = [
        {"ticket_id": f"T{n}", "status": "open", "created_date": "2024-02-01"} for n in range(4)
    ]
    four, three = _world(support_tickets=tickets), _world(support_tickets=tickets[:3])
    assert _on("2024-02-15", "has_high_aging_tickets", four) is True
    assert _on("2024-02-14", "has_high_aging_tickets", four) is False
    assert _on("2024-02-15", "has_high_aging_tickets", three) is False
    assert _on("2024-02-15", "has_high_aging_tickets", three, high_aging_ticket_threshold=2) is True


def test_subscription_ends() -> None:
    world = _world(
        subscriptions=[
            {
                "product_id": "P",
                "quantity": "1",
                "start_date": "2024-02-01",
                "end_date": "2024-02-01",
                "arr": "12",
            }
        ]
    )
    exclusive = {"subscription_end_date_is_inclusive": False}
    for day, active in (("2024-01-31", 0), ("2024-02-01", 1), ("2024-02-02", 0)):
        assert _on(day, "num_products", world) == active
        assert _on(day, "num_products", world, **exclusive) == 0
    # d - 90 is 2024-02-01: one product then, none now
    assert _on("2024-05-01", "pct_change_products_90d", world) == Decimal("-100.00")
    assert _on("2024-05-01", "customer_risk_score_raw", world) == Decimal("200.00")
    assert _on("2024-05-02", "pct_change_products_90d", world) is None


def test_weights_are_exact_and_rounded_once() -> None:
    # one of three open tickets is critical: 100/3; times 0.0003 = 0.01 exactly, times 1 = 33.33
    tickets = [
        {
            "ticket_id": f"T{n}",
            "status": "open",
            "created_date": "2024-02-01",
            "ticket_category": category,
        }
        for n, category in enumerate(("bug", "question", "question"))
    ]
    world = _world(support_tickets=tickets)
    for weight, expected in (("1", "33.33"), ("0.0003", "0.01"), ("0.00015", "0.01"), ("0", "0")):
        weights = {"critical_tickets": Decimal(weight)}
        raw = _on("2024-02-01", "customer_risk_score_raw", world, risk_weights=weights)
        assert raw == Decimal(expected)


def test_a_component_of_the_risk_is_at_most_100() -> None:
    # arr 100 -> 301 is +201 %, which counts as -100; the products stay the same
    first = {"product_id": "P", "quantity": "1", "start_date": "2024-01-01", "arr": "100"}
    more = first | {"start_date": "2024-02-01", "arr": "201"}
    world = _world(subscriptions=[first, more])
    assert _on("2024-03-31", "pct_change_arr_90d", world) == Decimal("201.00")
    assert _on("2024-03-31", "customer_risk_score_raw", world) == Decimal("-100.00")


@hypothesis_settings(max_examples=50, deadline=None, derandomize=True)
@given(world=worlds.worlds(), chosen=worlds.settings(TODAY))
def test_drivers_are_the_components_and_add_up_to_the_raw_score(
    world: worlds.RawWorld, chosen: oracle.Settings
) -> None:
    result = oracle.compute(world, chosen)
    whole = all(weight == int(weight) for weight in chosen.risk_weights.values())
    for metrics, row in zip(
        result.customer_daily_metrics, result.customer_risk_drivers, strict=True
    ):
        drivers = {name: Fraction(row[f"{name}_driver"]) for name in oracle.WEIGHT_NAMES}
        assert sum(drivers.values()) == Fraction(row["customer_risk_score_raw"])
        for name, component in oracle.risk_components(metrics, chosen.risk_weights).items():
            assert abs(drivers[name] - component) <= Fraction("0.01")
            assert drivers[name] * component >= 0
            if component == 0 or (whole and name != "critical_tickets"):
                assert drivers[name] == component
        largest = row["largest_driver"]
        assert max(0, *drivers.values()) == (0 if largest is None else drivers[largest])


def test_old_tickets_are_critical() -> None:
    tickets = [
        {"ticket_id": "T1", "created_date": "2024-02-01", "ticket_category": "question"},
        {"ticket_id": "T2", "created_date": "2024-02-02", "ticket_category": "question"},
    ]
    world = _world(support_tickets=tickets)
    assert _on("2024-02-14", "customer_risk_score_raw", world) == Decimal("0.00")
    assert _on("2024-02-15", "customer_risk_score_raw", world) == Decimal("50.00")
    assert _on("2024-02-16", "customer_risk_score_raw", world) == Decimal("100.00")


def test_users_count_once_per_type() -> None:
    logins = [
        {"user_id": "u", "user_type": user_type, "login_timestamp": f"2024-02-01 0{n}:00"}
        for n, user_type in enumerate(("admin", "ADMIN", "standard", None))
    ]
    world = _world(login_events=logins)
    for column, value in (
        ("num_logins", 4),
        ("num_unique_users", 1),
        ("admin_logins", 2),
        ("admin_unique_users", 1),
        ("advanced_unique_users", 0),
        ("standard_unique_users", 1),
    ):
        assert _on("2024-02-01", column, world) == value, column


def _kept_ticket(*tickets: dict[str, Any]) -> oracle.Row:
    rows = [{"ticket_id": "T", "created_date": "2024-02-01"} | ticket for ticket in tickets]
    kept = []
    for order in (rows, rows[::-1]):
        result = oracle.compute(_world(support_tickets=order), _settings())
        assert [row["reason"] for row in result.rejected_records] == ["duplicate_key"]
        kept += result.accepted["support_tickets"]
    assert kept[0] == kept[1]
    return kept[0]


def test_the_most_recent_state_of_a_ticket_is_kept() -> None:
    march, april = {"closed_date": "2024-03-01"}, {"closed_date": "2024-04-01"}
    assert _kept_ticket(march, april | {"created_date": "2024-01-01"})["closed_date"].month == 4
    assert _kept_ticket({"created_date": "2024-02-03"}, march)["closed_date"].month == 3
    assert _kept_ticket(march, march | {"created_date": "2024-02-02"})["created_date"].day == 2
    assert _kept_ticket({"status": "aaa"}, {"status": "Closed"})["status"] == "closed"
    assert _kept_ticket({"status": "open"}, {"status": "on-hold"})["status"] == "on-hold"
    assert _kept_ticket({"status": None}, {"status": "open"})["status"] == "open"
    categories = _kept_ticket({"ticket_category": None}, {"ticket_category": "question"})
    assert categories["ticket_category"] == "question"


def test_edges_that_are_accepted() -> None:
    ticket = {"created_date": "2024-02-01 10:00", "closed_date": "2024-02-01 10:00"}
    term = {"product_id": "P", "quantity": "1", "start_date": "2024-02-01", "arr": "-0.004"}
    world = _world(
        support_tickets=[ticket | {"ticket_id": "T"}],
        subscriptions=[term, term | {"arr": "0", "end_date": "2024-02-01"}],
    )
    assert oracle.compute(world, _settings()).rejected_records == []


def test_the_first_reason_counts() -> None:
    faults: list[tuple[str, dict[str, Any]]] = [
        ("unknown_customer", {"customer_id": "nobody"}),
        ("negative_value", {"quantity": "0"}),
        ("ends_before_start", {"end_date": "2024-01-31"}),
        ("invalid_number", {"arr": "1e3"}),
        ("invalid_date", {"end_date": "soon"}),
        ("missing_key", {"product_id": " "}),
    ]
    row = {"product_id": "P", "quantity": "1", "start_date": "2024-02-01", "arr": "1"}
    for reason, fault in faults:
        row |= fault
        (rejected,) = oracle.compute(_world(subscriptions=[row]), _settings()).rejected_records
        assert rejected["reason"] == reason


def test_the_default_of_as_of_date() -> None:
    closed = {
        "ticket_id": "T",
        "status": "open",
        "created_date": "2024-02-01",
        "closed_date": "2024-03-01",
    }
    late = {"user_id": "u", "login_timestamp": "2024-06-01T00:30"}
    world = _world(support_tickets=[closed], login_events=[late])
    assert oracle.compute(world, _settings()).as_of_date == date(2024, 6, 1)
    before_june = _settings(run_day=date(2024, 5, 31))
    assert oracle.compute(world, before_june).as_of_date == date(2024, 3, 1)
    assert oracle.compute(_world(), _settings(run_day=date(2023, 1, 1))).as_of_date is None
    given_day = _settings(run_day=date(2023, 1, 1), as_of_date=date(2024, 1, 2))
    assert oracle.compute(world, given_day).as_of_date == date(2024, 1, 2)


@hypothesis_settings(max_examples=50, deadline=None, derandomize=True)
@given(world=worlds.worlds(), chosen=worlds.settings(TODAY))
def test_typed_and_text_inputs_give_the_same_metrics(
    world: worlds.RawWorld, chosen: oracle.Settings
) -> None:
    """And every raw row is accepted or rejected."""
    from_text = oracle.compute(world, chosen)
    for float_numbers in (False, True):
        from_typed = oracle.compute(worlds.typed(world, float_numbers), chosen)
        assert from_typed.customer_daily_metrics == from_text.customer_daily_metrics
        assert from_typed.customers_enriched == from_text.customers_enriched
    for table, rows in world.items():
        rejected = [row for row in from_text.rejected_records if row["source_table"] == table]
        assert len(rows) == len(from_text.accepted[table]) + len(rejected)


# --- by hand -----------------------------------------------------------------------------------

# 2024 is a leap year: 90 days before 2024-03-31 is 2024-01-01, before 2024-04-01 is 2024-01-02.
_HANDMADE_DAYS: dict[tuple[str, str], tuple[object, ...]] = {
    # A, 31 March.
    # Subscriptions: P1 (1200.00, its last day) and P2 (600.005 -> 600.01): 2 products, 1800.01;
    #   /12 = 150.0008.  On 1 January P1 alone: (2-1)/1 = 100 %, 600.01/1200 = 50.0008 %.
    # Logins: none today; 2 January .. today holds u2 once, the 90 days before it u1 once.
    # Tickets: T1, T2, T3 created; T2 closed after 5 days; T3 closes tomorrow.  T1 is 13 days old.
    # Risk: -100 - 50 - 0 - 0 + 100*(1 bug + 1 incident)/2 = -50, the highest of the two customers.
    ("A", "2024-03-31"): (
        "455f59943ee5225c6051c369053872f4",
        *(2, "1800.01", "150.00", "100.00", "50.00", "50.00"),
        *(0, 0, 0, 0, 0, 0, 0, 0),
        *(1, 1, 1, 1, "0.00", "0.00"),
        *(3, 2, 1, 1, 0, 0, 0, "5.00"),
        *(False, False, False, "-50.00", "100.00"),
    ),
    # B, 31 March.
    # Subscriptions: P1, 999.99/12 = 83.3325; none on 1 January.
    # Logins: since 2 January u9 and u8; in the 90 days before, u9 on 31 December: +100 %, +100 %.
    # Tickets: T4, reopened, 11 days old, neither bug nor incident.
    # Risk: 0 + 0 - 100 - 100 + 0 = -200, the lowest.
    ("B", "2024-03-31"): (
        "4a38b57823b8ec41885d21c917fdb319",
        *(1, "999.99", "83.33", None, None, None),
        *(0, 0, 0, 0, 0, 0, 0, 0),
        *(2, 2, 1, 1, "100.00", "100.00"),
        *(1, 1, 0, 0, 0, 1, 0, None),
        *(False, False, False, "-200.00", "0.00"),
    ),
    # A, 1 April.
    # Subscriptions: P2 alone, 600.01/12 = 50.0008.  On 2 January P1 alone: 0 %,
    #   -599.99/1200 = -49.9992 %.
    # Logins: u1 as advanced and as admin, u3 as something unknown.  Since 3 January these 3 of 2
    #   users, before that u1 and u2 once each: +50 %, 0 %.
    # Tickets: T3 took 2 days, so (5+2)/2.  T1 is the open one, now 14 days old.
    # Risk: 0 + 50 - 50 - 0 + min(100*(1 bug + 1 old)/1, 100) = 100, the highest of three.
    ("A", "2024-04-01"): (
        "23edeb6102eba6bdd63993b4bced128b",
        *(1, "600.01", "50.00", "0.00", "-50.00", "-50.00"),
        *(3, 2, 1, 1, 1, 1, 0, 0),
        *(3, 2, 2, 2, "50.00", "0.00"),
        *(3, 1, 1, 0, 0, 0, 1, "3.50"),
        *(False, False, False, "100.00", "100.00"),
    ),
    # B, 1 April.
    # Logins: since 3 January u8 once; in the 90 days before, u9 twice: -50 %, 0 %.
    # Tickets: T4 (12 days), T5 of an unknown category, T6 incident.
    # Risk: 0 + 0 + 50 - 0 + 100/3 = 83.33; (83.33 - 0)/(100 - 0).
    ("B", "2024-04-01"): (
        "360ba6ebde66ed0cfb050c0902f42f09",
        *(1, "999.99", "83.33", None, None, None),
        *(0, 0, 0, 0, 0, 0, 0, 0),
        *(1, 1, 2, 1, "-50.00", "0.00"),
        *(3, 3, 0, 1, 0, 1, 0, None),
        *(True, False, False, "83.33", "83.33"),
    ),
    # D, its first day, with nothing at all: raw 0, the lowest.
    ("D", "2024-04-01"): (
        "f843b4e4d38dc39569b60ed117a67e41",
        *(0, "0.00", "0.00", None, None, None),
        *(0, 0, 0, 0, 0, 0, 0, 0),
        *(0, 0, 0, 0, None, None),
        *(0, 0, 0, 0, 0, 0, 0, None),
        *(False, False, False, "0.00", "0.00"),
    ),
}
# The sums above, one by one; 100/3 is rounded so that they add up to 83.33.
_HANDMADE_DRIVERS: dict[tuple[str, str], tuple[object, ...]] = {
    ("A", "2024-03-31"): ("-100", "-50", "0", "0", "100", "critical_tickets"),
    ("B", "2024-03-31"): ("0", "0", "-100", "-100", "0", None),
    ("A", "2024-04-01"): ("0", "50", "-50", "0", "100", "critical_tickets"),
    ("B", "2024-04-01"): ("0", "0", "50", "0", "33.33", "logins"),
    ("D", "2024-04-01"): ("0", "0", "0", "0", "0", None),
}
# acquisition_date, region, industry, days since acquisition, days since last activity.
# A: 31+29+31 = 91 days from 1 January to 1 April, logged in today.  B: 82 days from 10 January;
# u8's login on 1 February is 29+31 = 60 days ago (u9's were before the acquisition, without a row).
_HANDMADE_CUSTOMERS: dict[str, tuple[object, ...]] = {
    "A": (date(2024, 1, 1), "EMEA", "Software", 91, 0),
    "B": (date(2024, 1, 10), "APAC", None, 82, 60),
    "D": (date(2024, 4, 1), "AMER", "Retail", 0, None),
    "E": (date(2999, 1, 1), "EMEA", "Retail", None, None),
}
_HANDMADE_REJECTIONS = [
    ("customers", "duplicate_key", "A"),
    ("subscriptions", "ends_before_start", "B|P2|2024-02-01"),
    ("subscriptions", "negative_value", "B|P2|2024-02-01"),
    ("login_events", "duplicate_event", "u8|B|2024-02-01 12:00"),
    ("login_events", "unknown_customer", "u5|nobody|2024-04-01 12:00:00"),
    ("support_tickets", "duplicate_key", "T3"),
    ("support_tickets", "invalid_date", "T7"),
]


def _handmade_daily() -> list[oracle.Row]:
    rows = []
    for (customer_id, day), (record_key, *values) in _HANDMADE_DAYS.items():
        metrics = {
            column: Decimal(value) if isinstance(value, str) else value
            for column, value in zip(oracle.METRIC_COLUMNS, values, strict=True)
        }
        head = {
            "record_key": record_key,
            "customer_id": customer_id,
            "date": date.fromisoformat(day),
        }
        rows.append(head | metrics)
    return rows


def _handmade_drivers() -> list[oracle.Row]:
    rows = []
    for daily in _handmade_daily():
        *drivers, largest = _HANDMADE_DRIVERS[daily["customer_id"], str(daily["date"])]
        values = [*map(Decimal, drivers), daily["customer_risk_score_raw"], largest]
        head = [daily[column] for column in oracle.DRIVER_COLUMNS[:3]]
        rows.append(dict(zip(oracle.DRIVER_COLUMNS, [*head, *values], strict=True)))
    return rows


def _handmade_enriched() -> list[oracle.Row]:
    latest = {
        row["customer_id"]: row for row in _handmade_daily() if row["date"] == date(2024, 4, 1)
    }
    rows = []
    for customer_id, (acquired, region, industry, age, idle) in _HANDMADE_CUSTOMERS.items():
        metrics = latest.get(customer_id, {})
        rows.append(
            {
                "customer_id": customer_id,
                "acquisition_date": acquired,
                "region": region,
                "industry": industry,
                "last_metrics_date": metrics.get("date"),
            }
            | {column: metrics.get(column) for column in oracle.METRIC_COLUMNS}
            | {"days_since_acquisition": age, "days_since_last_activity": idle}
        )
    return rows


def _check_handmade(
    daily: list[oracle.Row],
    enriched: list[oracle.Row],
    drivers: list[oracle.Row],
    rejected: list[oracle.Row],
) -> None:
    reason_columns = ("source_table", "reason", "record_key")
    harness.assert_same_rejections(
        rejected, [dict(zip(reason_columns, entry, strict=True)) for entry in _HANDMADE_REJECTIONS]
    )
    # A from 1 January, B from 10 January, D only on 1 April
    assert len(daily) == 92 + 83 + 1
    chosen = [row for row in daily if (row["customer_id"], str(row["date"])) in _HANDMADE_DAYS]
    harness.assert_same_table(chosen, _handmade_daily(), ("customer_id", "date"))
    assert len(drivers) == len(daily)
    chosen = [row for row in drivers if (row["customer_id"], str(row["date"])) in _HANDMADE_DAYS]
    harness.assert_same_table(chosen, _handmade_drivers(), ("customer_id", "date"))
    harness.assert_same_table(enriched, _handmade_enriched(), "customer_id")


def test_the_oracle_by_hand() -> None:
    result = oracle.compute(worlds.read_csv(harness.HANDMADE), _settings())
    assert result.as_of_date == date(2024, 4, 1)
    _check_handmade(
        result.customer_daily_metrics,
        result.customers_enriched,
        result.customer_risk_drivers,
        result.rejected_records,
    )


def test_dbt_by_hand(tmp_path: Path) -> None:
    db = tmp_path / "world.duckdb"
    _run_dbt(db, _settings(), harness.HANDMADE)
    _check_handmade(
        harness.read_table(db, "customer_daily_metrics"),
        harness.read_table(db, "customers_enriched"),
        harness.read_table(db, "customer_risk_drivers"),
        harness.read_table(db, "rejected_records"),
    )
    expected = oracle.compute(worlds.read_csv(harness.HANDMADE), _settings())
    harness.assert_matches_oracle(db, expected)


# --- dbt against the oracle ----------------------------------------------------------------------


def test_seeds(tmp_path: Path) -> None:
    db = tmp_path / "seeds.duckdb"
    harness.run_dbt("seed", db=db)
    harness.run_dbt("run", db=db)
    expected = oracle.compute(worlds.read_csv(harness.ROOT / "seeds"), _settings())
    harness.assert_matches_oracle(db, expected)


def test_data_tests_of_the_raw_score_know_the_weights(tmp_path: Path) -> None:
    db = tmp_path / "seeds.duckdb"
    weights = dict(zip(oracle.WEIGHT_NAMES, (0.3333, 0.0007, 0, 2.5, 999.9999), strict=True))
    tests = ("assert_raw_score_follows_from_its_row", "assert_drivers_explain_the_raw_score")
    manifest = harness.parsed(db)
    for command in ("seed", "run"):
        harness.run_dbt(command, db=db, vars={"risk_weights": weights}, manifest=manifest)
    test = ("test", "--select", *tests)
    harness.run_dbt(*test, db=db, vars={"risk_weights": weights}, manifest=manifest)
    # and they would see others
    with pytest.raises(harness.DbtFailed) as failure:
        harness.run_dbt(*test, db=db, manifest=manifest)
    assert all(name in str(failure.value) for name in tests)


@pytest.mark.parametrize("empty", [*oracle.INPUT_COLUMNS, "all"])
def test_empty_inputs(empty: str, tmp_path: Path) -> None:
    world = {
        table: [] if empty in (table, "all") else rows
        for table, rows in worlds.read_csv(harness.HANDMADE).items()
    }
    worlds.write_csv(world, tmp_path / "inputs")
    db = tmp_path / "world.duckdb"
    _run_dbt(db, _settings(), tmp_path / "inputs")
    harness.assert_matches_oracle(db, oracle.compute(world, _settings()))


def test_every_spelling(tmp_path: Path) -> None:
    world = worlds.every_spelling()
    chosen = _settings(as_of_date=date(2024, 3, 31), reporting_timezone="Asia/Kathmandu")
    worlds.write_csv(world, tmp_path / "inputs")
    db = tmp_path / "world.duckdb"
    _run_dbt(db, chosen, tmp_path / "inputs")
    harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
    harness.assert_matches_oracle(db, oracle.compute(world, chosen))


def test_a_percentage_beyond_its_type_is_the_largest_there_is() -> None:
    term = {"customer_id": "A", "product_id": "P", "quantity": "1"}
    penny = {"start_date": "2024-01-01", "end_date": "2024-03-30", "arr": "0.01"}
    fortune = {"start_date": "2024-03-31", "arr": "9999999999999.99"}
    customer = {"customer_id": "A", "acquisition_date": "2024-03-31"}
    world: worlds.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    for table, values in (
        ("customers", customer),
        ("subscriptions", term | penny),
        ("subscriptions", term | fortune),
    ):
        world[table].append(dict.fromkeys(oracle.INPUT_COLUMNS[table]) | values)
    check_world(world, _settings(), "csv")
    (row,) = oracle.compute(world, _settings()).customers_enriched
    assert row["pct_change_arr_90d"] == Decimal("9999999999999999.99")


@cache
def _parsed() -> Manifest:
    """The project as parsed for input files; every database in this file is world.duckdb."""
    with tempfile.TemporaryDirectory() as scratch:
        return harness.parsed(Path(scratch) / "world.duckdb", {"data_dir": "any"})


def _run_dbt(db: Path, chosen: oracle.Settings, inputs: Path) -> None:
    harness.run_dbt("run", db=db, vars=harness.dbt_vars(chosen, inputs), manifest=_parsed())


def check_world(world: worlds.RawWorld, chosen: oracle.Settings, file_format: str) -> None:
    """Runs dbt on ``world`` as csv, parquet or parquet-float files and compares all tables."""
    with tempfile.TemporaryDirectory() as scratch:
        inputs = Path(scratch) / "inputs"
        raw = worlds.write_files(world, inputs, file_format)
        db = Path(scratch) / "world.duckdb"
        expected = oracle.compute(raw, chosen)
        if expected.has_nothing_to_build:
            with pytest.raises(harness.DbtFailed, match="lies before every row"):
                _run_dbt(db, chosen, inputs)
            return
        _run_dbt(db, chosen, inputs)
        if file_format == "csv":
            harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
        harness.assert_matches_oracle(db, expected)


@hypothesis_settings(
    max_examples=int(EXAMPLES or 40),
    deadline=None,
    # The same worlds on every run, unless somebody asks for a number of new ones.
    derandomize=EXAMPLES is None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    world=worlds.worlds(),
    chosen=worlds.settings(TODAY),
    file_format=st.sampled_from(worlds.FILE_FORMATS),
)
def test_random_worlds(world: worlds.RawWorld, chosen: oracle.Settings, file_format: str) -> None:
    check_world(world, chosen, file_format)
