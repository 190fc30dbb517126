"""The figures of the score and of the build, against plain loops over the tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import queries
from recounted import Change, Read, table


def test_build(handmade: Path, empty: Path, read: Read) -> None:
    assert queries.build(read(handmade)) == {
        "last_day": date(2024, 4, 1),
        "customer_days": len(table(read(handmade), "customer_daily_metrics")),
        "customers": 4,
        "enriched_day": date(2024, 4, 1),
    }
    assert queries.build(read(empty)) == {
        "last_day": None,
        "customer_days": 0,
        "customers": 0,
        "enriched_day": None,
    }


def test_rejections(handmade: Path, read: Read, changed: Change) -> None:
    more = changed(
        handmade,
        "insert into rejected_records "
        "select 'customers', 'missing_key', 'K' || n, '{}' from range(9, 4, -1) as t (n)",
        "insert into rejected_records values ('customers', 'missing_key', null, '{}')",
    )
    found = queries.rejections(read(more))
    assert found[0] == {
        "source_table": "customers",
        "reason": "missing_key",
        "rows": 6,
        "examples": "K5, K6, K7",
    }
    counted = Counter(
        (row["source_table"], row["reason"]) for row in table(read(handmade), "rejected_records")
    )
    assert {(row["source_table"], row["reason"]): row["rows"] for row in found[1:]} == counted


def test_outcomes(portfolio: Path, empty: Path, read: Read) -> None:
    rows = table(read(portfolio), "risk_score_outcomes")
    assert queries.outcomes(read(portfolio)) == {
        "outcomes": len(rows),
        "churned": sum(row["has_churned"] for row in rows),
        "leavers": len({row["customer_id"] for row in rows if row["has_churned"]}),
        "lost_arr": pytest.approx(float(sum(row["lost_arr"] for row in rows))),
        "first": min(row["date"] for row in rows),
        "last": max(row["date"] for row in rows),
    }
    nothing = {"outcomes": 0, "churned": 0, "leavers": 0, "lost_arr": None}
    assert queries.outcomes(read(empty)) == {**nothing, "first": None, "last": None}


def test_lift(portfolio: Path, read: Read) -> None:
    rows = [row for row in table(read(portfolio), "risk_score_lift") if row["month"] is None]
    rows.sort(key=lambda row: row["decile"])
    found = queries.lift(read(portfolio)).to_dict("records")
    assert len(found) == len(rows) > 5
    customers = sum(row["num_customers"] for row in rows)
    reached = 0
    for actual, row in zip(found, rows, strict=True):
        reached += row["num_customers"]
        assert actual == {
            "decile": row["decile"],
            "customers": row["num_customers"],
            "churned": row["num_churned"],
            "rate": pytest.approx(100 * row["num_churned"] / row["num_customers"], abs=1e-4),
            "lift": pytest.approx(float(row["lift"])),
            "reached": pytest.approx(100 * reached / customers),
            "caught": pytest.approx(100 * float(row["cumulative_lost_arr_share"])),
        }
    assert reached == customers


def test_powers(portfolio: Path, read: Read, changed: Change) -> None:
    rows = table(read(portfolio), "risk_score_power")
    found = queries.powers(read(portfolio))
    assert found == {r["predictor"]: float(r["auc"]) for r in rows if r["month"] is None}
    assert len(found) == 9
    by_month = queries.powers_by_month(read(portfolio), {"arr_fell": "ARR fell"})
    expected = {
        row["month"]: (float(row["auc"]), row["num_outcomes"], row["num_churned"])
        for row in rows
        if row["predictor"] == "arr_fell" and row["month"] and row["auc"] is not None
    }
    assert len(expected) > 1
    assert {
        row.month.date(): (row.auc, row.outcomes, row.churned) for row in by_month.itertuples()
    } == expected
    assert set(by_month["predictor"]) == {"ARR fell"}
    none = changed(portfolio, "delete from risk_score_outcomes where has_churned")
    assert queries.powers(read(none)) == {}


def test_outlook(portfolio: Path, empty: Path, read: Read) -> None:
    rows = [
        row
        for row in table(read(portfolio), "customer_outlook")
        if row["expected_lost_arr"] is not None
    ]
    rows.sort(key=lambda row: (-row["expected_lost_arr"], row["customer_id"]))
    found = queries.outlook(read(portfolio), 7)
    assert [row["customer_id"] for row in found] == [row["customer_id"] for row in rows[:7]]
    assert found[0]["churn_rate"] == float(rows[0]["churn_rate"])
    assert set(found[0]) >= {"region", "industry", "decile", "total_arr"}
    assert queries.outlook(read(empty), 7) == []
