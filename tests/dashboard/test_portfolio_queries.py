"""The figures of the portfolio, against plain loops over the tables."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import queries
from conftest import ROOT
from recounted import Change, Read, all_ranked, expected_points, table


def test_last_day(portfolio: Path, empty: Path, read: Read) -> None:
    days = [row["date"] for row in table(read(portfolio), "customer_daily_metrics")]
    assert queries.last_day(read(portfolio)) == max(days)
    assert queries.last_day(read(empty)) is None


def test_totals(portfolio: Path, read: Read, day: date) -> None:
    connection = read(portfolio)
    for wanted in (day, day - timedelta(days=queries.WEEK)):
        rows = [r for r in table(connection, "customer_daily_metrics") if r["date"] == wanted]
        assert queries.totals(connection, wanted) == {
            "customers": len(rows),
            "paying": sum(row["total_arr"] > 0 for row in rows),
            "arr": pytest.approx(float(sum(row["total_arr"] for row in rows))),
            "mrr": pytest.approx(float(sum(row["total_mrr"] for row in rows))),
        }
    nobody = queries.totals(connection, date(1999, 1, 1))
    assert nobody == {"customers": 0, "paying": 0, "arr": None, "mrr": None}


def test_score_bands(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    bands = queries.score_bands(connection)
    rows = [row for row in table(connection, "customers_enriched") if row["total_arr"]]
    counted = Counter(min(int(row["customer_risk_score"] // 10), 9) for row in rows)
    assert list(bands["customers"]) == [counted[band] for band in range(10)]
    assert list(bands["score"]) == [*range(0, 100, 10)]
    assert list(bands["end"]) == [*range(10, 101, 10)]


def test_score_bands_leave_out_who_does_not_pay(handmade: Path, read: Read) -> None:
    bands = queries.score_bands(read(handmade))
    assert dict(zip(bands["score"], bands["customers"], strict=True)) == {
        **dict.fromkeys(range(0, 100, 10), 0),
        **{80: 1, 90: 1},
    }
    assert dict(zip(bands["score"], bands["arr"], strict=True))[80] == 999.99


def test_components(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    rows = {row["customer_id"]: row for row in table(connection, "customers_enriched")}
    for found in all_ranked(connection):
        row = rows[found["customer_id"]]
        points = {name: found[name] for name in queries.COMPONENTS}
        assert points == pytest.approx(expected_points(row), abs=0.011)
        assert sum(points.values()) == pytest.approx(float(row["customer_risk_score_raw"]))


def test_components_have_their_weights(weighted: Path, read: Read) -> None:
    connection = read(weighted)
    rows = {row["customer_id"]: row for row in table(connection, "customers_enriched")}
    for found in all_ranked(connection):
        points = {name: found[name] for name in queries.COMPONENTS}
        expected = expected_points(rows[found["customer_id"]])
        expected = {**dict.fromkeys(expected, 0), "arr": 3 * expected["arr"]}
        assert points == pytest.approx(expected, abs=0.011)
    assert {found["arr"] for found in all_ranked(connection)} == {*(150.0, 0.0)}


def test_movers_are_those_of_the_analysis(
    portfolio: Path, read: Read, changed: Change, tmp_path: Path
) -> None:
    """Who got worse this week, in the order of analyses/worse_this_week.sql."""
    # dbt opens a database to write, which this process is reading
    database = changed(portfolio)
    done = subprocess.run(
        [
            *(ROOT / ".venv" / "bin" / "dbt", "--quiet", "compile", "--select", "worse_this_week"),
            *("--target-path", tmp_path / "target", "--log-path", tmp_path / "logs"),
        ],
        cwd=ROOT,
        env={**os.environ, "DUCKDB_PATH": str(database)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    [query] = (tmp_path / "target" / "compiled").rglob("worse_this_week.sql")
    connection = read(database)
    expected = connection.cursor().execute(query.read_text(encoding="utf-8"))
    names = [column[0] for column in expected.description]
    rows = [dict(zip(names, values, strict=True)) for values in expected.fetchall()]
    risen, fallen = queries.movers(connection, 1000)
    assert [row["customer_id"] for row in risen] == [row["customer_id"] for row in rows]
    assert len(rows) > 3
    for row, wanted in zip(risen, rows, strict=True):
        assert row["change"] == pytest.approx(float(wanted["change"]))
        assert row["real_change"] == pytest.approx(float(wanted["real_change"]))
        assert row["logins_before"] == wanted["logins_a_week_ago"]
        assert row["open_incidents_now"] == wanted["open_incidents"]
    assert queries.movers(connection, 2)[0] == risen[:2]
    pays = {r["customer_id"] for r in table(connection, "customers_enriched") if r["total_arr"]}
    assert {row["customer_id"] for row in (*risen, *fallen)} <= pays
    for row in fallen:
        assert row["change"] < 0
        assert row["real_change"] <= 0
    real = [row["real_change"] for row in fallen]
    assert real == sorted(real)


def test_who_stays_does_not_move(portfolio: Path, read: Read, changed: Change) -> None:
    still = changed(
        portfolio,
        "update customer_daily_metrics set customer_risk_score_raw = 1",
        "update customers_enriched set customer_risk_score_raw = 1",
    )
    connection = read(still)
    assert queries.movers(connection, 5) == ([], [])


def test_bands(portfolio: Path, read: Read) -> None:
    rows = [row for row in table(read(portfolio), "customers_enriched") if row["total_arr"]]
    limits = {"At risk": (60, 101), "Watch": (40, 60), "Calm": (0, 40)}
    found = queries.bands(read(portfolio))
    assert [row["band"] for row in found] == list(limits)
    for row in found:
        low, high = limits[row["band"]]
        within = [r["total_arr"] for r in rows if low <= r["customer_risk_score"] < high]
        assert (row["customers"], row["arr"]) == (len(within), float(sum(within)))


def test_segments_and_months(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    people = {row["customer_id"]: row for row in table(connection, "customers_enriched")}
    outlook = {row["customer_id"]: row for row in table(connection, "customer_outlook")}
    months = table(connection, "customer_months")
    last = max(row["month"] for row in months)

    def rates(rows: list[dict[str, Any]]) -> list[float]:
        before = [row for row in rows if row["arr_a_year_before"]]
        if not before:
            return []
        arr = sum(row["arr_a_year_before"] for row in before)
        lost = sum(max(row["arr_a_year_before"] - row["arr_at_end"], 0) for row in before)
        left = sum(not row["arr_at_end"] for row in before)
        kept = sum(row["arr_at_end"] for row in before)
        return [float(100 * kept / arr), float(100 * lost / arr), 100 * left / len(before)]

    segments = queries.segments(connection)
    assert set(segments["kind"]) == {"all", "region", "industry"}
    for row in segments.itertuples():
        among = {
            name: person
            for name, person in people.items()
            if row.kind == "all" or person[row.kind] == row.segment
        }
        pay = {name: person for name, person in among.items() if person["total_arr"]}
        risky = [p["total_arr"] for p in pay.values() if p["customer_risk_score"] >= 60]
        assert row.paying == len(pay)
        assert row.arr == pytest.approx(float(sum(p["total_arr"] for p in pay.values())))
        assert row.arr_at_risk == pytest.approx(float(sum(risky)))
        lost = sum(outlook[name]["expected_lost_arr"] for name in pay)
        assert row.expected_loss == pytest.approx(float(lost)) or not pay
        mine = [m for m in months if m["month"] == last and m["customer_id"] in among]
        found = [row.nrr, row.gross_churn, row.customer_churn]
        assert [value for value in found if value == value] == pytest.approx(rates(mine), abs=1e-4)
    found = queries.months(connection)
    assert len(found) == 12
    daily = table(connection, "customer_daily_metrics")
    for row in found.itertuples():
        of_month = [m for m in months if m["month"] == row.month.date()]
        values = [row.nrr, row.gross_churn, row.customer_churn]
        known = [value for value in values if value == value]
        assert known == pytest.approx(rates(of_month), abs=1e-4)
        end = (row.month + timedelta(days=32)).replace(day=1).date() - timedelta(days=1)
        risky = [
            r["total_arr"]
            for r in daily
            if r["date"] == end and r["total_arr"] and r["customer_risk_score"] >= 60
        ]
        assert row.arr_at_risk == pytest.approx(float(sum(risky)))
    # the last month end is the last day
    whole = segments[segments["kind"] == "all"].iloc[0]
    assert found.iloc[-1]["expected_loss"] == pytest.approx(whole["expected_loss"])
