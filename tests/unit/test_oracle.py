"""The oracle itself, against values computed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import by_hand
import harness
import input_files
import oracle
import pytest
import random_inputs
from hypothesis import given

TODAY = datetime.now(UTC).date()


def _settings(**changes: Any) -> oracle.Settings:
    return oracle.Settings(**({"run_day": TODAY} | changes))


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
def test_pct_rounds_half_away_from_zero(now: int, before: int, expected: str) -> None:
    assert str(oracle.pct(now, before)) == expected


def test_pct_of_zero_is_null() -> None:
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
        ("2024-02-29 18:15 UTC", datetime(2024, 3, 1, 0, 0)),
        ("2024-02-29 9:05", datetime(2024, 2, 29, 9, 5)),
        ("2024/02/29 9:05", datetime(2024, 2, 29, 9, 5)),
        ("20240229", datetime(2024, 2, 29)),
        ("1709230500", datetime(2024, 3, 1, 0, 0)),
        ("1709230500250", datetime(2024, 3, 1, 0, 0, 0, 250000)),
    ],
)
def test_iso_timestamps_are_read(text: str, expected: datetime) -> None:
    assert oracle.read_moment(text, "Asia/Kathmandu") == expected


@pytest.mark.parametrize("text", random_inputs.UNREADABLE_DATES)
def test_other_timestamps_are_null(text: str | None) -> None:
    assert oracle.read_moment(text, "UTC") is None


@pytest.mark.parametrize(
    ("date_format", "text", "expected"),
    [
        ("%d/%m/%Y", "1/2/2024", datetime(2024, 2, 1)),
        ("%m/%d/%Y", "1/2/2024", datetime(2024, 1, 2)),
        ("%d/%m/%Y", "1/2/2024 18:15 UTC", datetime(2024, 2, 2, 0, 0)),
        ("%d/%m/%Y", "1/2/24", None),
        ("%d/%m/%y", "1/2/69", datetime(1969, 2, 1)),
        ("%d/%m/%Y %I:%M %p", "1/2/2024 12:05 am", datetime(2024, 2, 1, 0, 5)),
        ("%d/%m/%Y %I:%M %p", "1/2/2024", None),
        ("%d%m%Y", "1122024", None),
        ("%d/%m/%Y", "2024-02-01", datetime(2024, 2, 1)),
        ("%d/%m/%Y", "2024/02/01", None),
        ("%d/%m/%Y", "20240201", None),
        ("%d/%m/%Y", "1709230500", None),
    ],
)
def test_dates_are_read_in_a_format(date_format: str, text: str, expected: datetime | None) -> None:
    assert oracle.read_moment(text, "Asia/Kathmandu", date_format) == expected


@pytest.mark.parametrize(
    ("text", "with_comma", "with_point"),
    [
        ("1.234", "1234.00", "1.23"),
        ("1,234", "1.23", "1234.00"),
        ("€ 1.234,56", "1234.56", None),
        ("-1'234.56 CHF", None, "-1234.56"),
        ("0.123", None, "0.12"),
        ("12", "12.00", "12.00"),
    ],
)
def test_amounts_are_read_with_a_separator(
    text: str, with_comma: str | None, with_point: str | None
) -> None:
    found = [oracle.read_arr(text, separator) for separator in ",."]
    assert [None if n is None else str(n) for n in found] == [with_comma, with_point]


@pytest.mark.parametrize("text", random_inputs.UNREADABLE_NUMBERS)
def test_other_numbers_are_null(text: str | None) -> None:
    assert oracle.read_arr(text) is None
    assert oracle.read_quantity(text) is None


def test_plain_numbers_are_read() -> None:
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


def test_end_date_is_active_unless_exclusive() -> None:
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


@harness.random_cases(25)
@given(world=random_inputs.worlds(), chosen=random_inputs.settings(TODAY))
def test_drivers_are_the_components_and_add_up_to_the_raw_score(
    world: input_files.RawWorld, chosen: oracle.Settings
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


def test_the_first_fault_is_the_reason() -> None:
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


def test_as_of_date_defaults_to_the_newest_day_not_after_the_run() -> None:
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


@harness.random_cases(25)
@given(world=random_inputs.worlds(), chosen=random_inputs.settings(TODAY))
def test_typed_and_text_inputs_give_the_same_metrics(
    world: input_files.RawWorld, chosen: oracle.Settings
) -> None:
    """And every raw row is accepted or rejected."""
    # these exist for texts only
    chosen = replace(chosen, date_format=None, decimal_separator=None, null_values=None)
    from_text = oracle.compute(world, chosen)
    for float_numbers in (False, True):
        from_typed = oracle.compute(input_files.typed(world, float_numbers), chosen)
        assert from_typed.customer_daily_metrics == from_text.customer_daily_metrics
        assert from_typed.customers_enriched == from_text.customers_enriched
    for table, rows in world.items():
        rejected = [row for row in from_text.rejected_records if row["source_table"] == table]
        assert len(rows) == len(from_text.accepted[table]) + len(rejected)


def test_oracle_matches_values_computed_by_hand() -> None:
    result = oracle.compute(input_files.read_csv(harness.HANDMADE), _settings())
    assert result.as_of_date == date(2024, 4, 1)
    by_hand.check(
        result.customer_daily_metrics,
        result.customers_enriched,
        result.customer_risk_drivers,
        result.rejected_records,
    )
