"""The tables of tests/fixtures/handmade, computed by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import harness
import oracle

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
        score, arr = daily["customer_risk_score"], daily["total_arr"]
        band = "at_risk" if score >= 60 else "watch" if score >= 40 else "calm"
        at_risk = arr if band == "at_risk" else Decimal("0.00")
        values = [*map(Decimal, drivers), daily["customer_risk_score_raw"], largest]
        values += [score, band, arr, at_risk]
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


def check(
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
