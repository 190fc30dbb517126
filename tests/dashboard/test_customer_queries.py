"""The history and tickets of a customer, against plain loops over the tables."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import queries
from recounted import Change, Read, expected_points, oldest, table


def test_history(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    customer_id = oldest(connection)
    by_day = {
        row["date"]: row
        for row in table(connection, "customer_daily_metrics")
        if row["customer_id"] == customer_id
    }
    history = queries.history(connection, customer_id)
    assert [day.date() for day in history["date"]] == sorted(by_day)
    compared = 0
    for entry in history.to_dict("records"):
        row = by_day[entry["date"].date()]
        assert entry["score"] == float(row["customer_risk_score"])
        assert entry["logins"] == row["num_logins_last_3m"]
        assert entry["logins_before"] == row["num_logins_prev_3m"]
        assert entry["unique_users"] == row["num_unique_users_last_3m"]
        assert entry["unique_users_before"] == row["num_unique_users_prev_3m"]
        points = {name: entry[f"{name}_points"] for name in queries.COMPONENTS}
        assert points == pytest.approx(expected_points(row), abs=0.011)
        before = by_day.get(row["date"] - timedelta(days=90))
        if before is not None:
            assert entry["arr_before"] == float(before["total_arr"])
            compared += entry["arr"] != entry["arr_before"]
    assert compared > 0


def test_component_changes(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    customer_id = oldest(connection)
    history = queries.history(connection, customer_id).to_dict("records")
    expected = {
        (now["date"], label, before[f"{name}_points"], now[f"{name}_points"])
        for before, now in pairwise(history)
        for name, label in queries.COMPONENTS.items()
        if before[f"{name}_points"] != now[f"{name}_points"]
    }
    found = queries.component_changes(queries.history(connection, customer_id))
    assert set(found[["date", "component", "before", "after"]].itertuples(index=False)) == expected
    assert len(found) == len(expected) > 10
    assert list(found["date"]) == sorted(found["date"])
    assert list(found["change"]) == list(found["after"] - found["before"])


def test_small_steps_add_up() -> None:
    points = {f"{name}_points": [0.0] * 6 for name in queries.COMPONENTS}
    points["logins_points"] = [0.0, 4.0, 8.0, 12.0, 8.0, -1.0]
    days = [date(2025, 1, 1 + n) for n in range(6)]
    frame = queries.component_changes(pd.DataFrame({"date": days, **points}), 10)
    assert frame.to_dict("records") == [
        {
            **{"date": days[3], "component": "Logins", "since": days[0]},
            **{"before": 0.0, "after": 12.0, "change": 12.0},
        },
        {
            **{"date": days[5], "component": "Logins", "since": days[3]},
            **{"before": 12.0, "after": -1.0, "change": -13.0},
        },
    ]


def test_ticket_table(portfolio: Path, read: Read) -> None:
    tickets = table(read(portfolio), "open_support_tickets")
    busy = Counter(row["customer_id"] for row in tickets).most_common(1)[0][0]
    mine = [row for row in tickets if row["customer_id"] == busy]
    mine.sort(key=lambda row: (-row["days_open"], row["ticket_id"]))
    found = queries.ticket_table(read(portfolio), busy)
    assert list(found["ticket_id"]) == [row["ticket_id"] for row in mine]
    assert list(found["days_open"]) == [row["days_open"] for row in mine]


def test_open_tickets_are_those_of_the_daily_table(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    totals = Counter()
    for row in table(connection, "customers_enriched"):
        tickets = queries.open_tickets(connection, row["customer_id"])
        by_category, by_age = Counter(), Counter()
        for entry in tickets.to_dict("records"):
            by_category[entry["category"]] += entry["tickets"]
            by_age[entry["age"]] += entry["tickets"]
        for category in ("bug", "incident", "question", "feature request"):
            column = f"open_{category.replace(' ', '_')}_tickets"
            assert by_category[category] == row[column], (row["customer_id"], category)
        assert by_category.total() == row["open_tickets"]
        young = by_age["less than 7 days"] + by_age["7 to 13 days"]
        assert row["open_tickets"] - young == row["tickets_open_14plus_days"]
        totals += by_age
    assert set(totals) == {row["age_group"] for row in table(connection, "open_support_tickets")}
    assert len(totals) > 3


def test_tickets_of_unknown_categories(portfolio: Path, read: Read, changed: Change) -> None:
    connection = read(
        changed(portfolio, "update main_staging.base_support_tickets set ticket_category = 'odd'")
    )
    [busy] = connection.sql(
        "select customer_id from customers_enriched order by open_tickets desc limit 1"
    ).fetchall()[0]
    tickets = queries.open_tickets(connection, busy)
    assert set(tickets["category"]) == {"other"}
