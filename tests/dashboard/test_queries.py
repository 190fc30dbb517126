"""The figures of the pages, against plain loops over the tables."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import queries
from conftest import ROOT

Connection = duckdb.DuckDBPyConnection
Read = Callable[[Path], Connection]
Change = Callable[..., Path]

CHANGES = {
    "products": "pct_change_products_90d",
    "arr": "pct_change_arr_90d",
    "logins": "pct_change_logins_3m",
    "unique_users": "pct_change_unique_users_3m",
}


def table(connection: Connection, name: str) -> list[dict[str, Any]]:
    cursor = connection.cursor().execute(f"from {name}")
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def oldest(connection: Connection) -> str:
    rows = table(connection, "customers_enriched")
    return min(rows, key=lambda row: row["acquisition_date"])["customer_id"]


def expected_points(row: dict[str, Any]) -> dict[str, float]:
    """The components of a row as the definition says, every weight being 1."""
    points = {
        name: max(-100.0, min(100.0, -float(row[column] or 0))) for name, column in CHANGES.items()
    }
    critical = (
        row["open_bug_tickets"] + row["open_incident_tickets"] + row["tickets_open_14plus_days"]
    )
    share = min(1.0, critical / row["open_tickets"]) if row["open_tickets"] else 0
    return {**points, "critical_tickets": 100 * share}


@pytest.fixture
def day(portfolio: Path, read: Read) -> date:
    return queries.last_day(read(portfolio))


def all_ranked(connection: Connection, day: date, **options: Any) -> list[queries.Row]:
    filters = options.pop("filters", queries.Filters())
    which = options.pop("which", "All")
    order = {"sort": "customer_id", "descending": False, **options}
    found, number = queries.listed(connection, day, which, filters, **order)
    assert number == len(found)
    return found


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


def test_components(portfolio: Path, read: Read, day: date) -> None:
    connection = read(portfolio)
    rows = {row["customer_id"]: row for row in table(connection, "customers_enriched")}
    for found in all_ranked(connection, day):
        row = rows[found["customer_id"]]
        points = {name: found[name] for name in queries.COMPONENTS}
        assert points == pytest.approx(expected_points(row), abs=0.011)
        assert sum(points.values()) == pytest.approx(float(row["customer_risk_score_raw"]))


def test_components_have_their_weights(weighted: Path, read: Read) -> None:
    connection = read(weighted)
    rows = {row["customer_id"]: row for row in table(connection, "customers_enriched")}
    for found in all_ranked(connection, queries.last_day(connection)):
        points = {name: found[name] for name in queries.COMPONENTS}
        expected = expected_points(rows[found["customer_id"]])
        expected = {**dict.fromkeys(expected, 0), "arr": 3 * expected["arr"]}
        assert points == pytest.approx(expected, abs=0.011)
    assert {found["arr"] for found in all_ranked(connection, queries.last_day(connection))} == {
        *(150.0, 0.0)
    }


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
    day = queries.last_day(connection)
    expected = connection.cursor().execute(query.read_text(encoding="utf-8"))
    names = [column[0] for column in expected.description]
    rows = [dict(zip(names, values, strict=True)) for values in expected.fetchall()]
    risen, fallen = queries.movers(connection, day, 1000)
    assert [row["customer_id"] for row in risen] == [row["customer_id"] for row in rows]
    assert len(rows) > 3
    for row, wanted in zip(risen, rows, strict=True):
        assert row["change"] == pytest.approx(float(wanted["change"]))
        assert row["real_change"] == pytest.approx(float(wanted["real_change"]))
        assert row["logins_before"] == wanted["logins_a_week_ago"]
        assert row["open_incidents_now"] == wanted["open_incidents"]
    assert queries.movers(connection, day, 2)[0] == risen[:2]
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
    assert queries.movers(connection, queries.last_day(connection), 5) == ([], [])


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    "sort", ["customer_id", "customer_risk_score", "total_arr", *queries.COMPONENTS]
)
def test_listed_in_order(
    portfolio: Path, read: Read, day: date, sort: str, descending: bool
) -> None:
    found = all_ranked(read(portfolio), day, sort=sort, descending=descending)
    assert len(found) == 60
    expected = sorted(found, key=lambda row: row["customer_id"])
    expected.sort(key=lambda row: row[sort], reverse=descending)
    assert [row["customer_id"] for row in found] == [row["customer_id"] for row in expected]


def test_ranked_by_pages(portfolio: Path, read: Read, day: date) -> None:
    connection = read(portfolio)
    order = {"sort": "customer_risk_score", "descending": True}
    whole = all_ranked(connection, day, **order)
    pages = [
        queries.listed(connection, day, "All", queries.Filters(), **order, limit=25, offset=offset)
        for offset in (0, 25, 50)
    ]
    assert [len(found) for found, _ in pages] == [25, 25, 10]
    assert {number for _, number in pages} == {60}
    assert [row for found, _ in pages for row in found] == whole


def test_ranked_by_unknown_columns(portfolio: Path, read: Read, day: date) -> None:
    with pytest.raises(ValueError, match="cannot sort by 1; drop table"):
        all_ranked(read(portfolio), day, sort="1; drop table customers_enriched")


def test_lists(portfolio: Path, read: Read, day: date) -> None:
    connection = read(portfolio)
    rows = table(connection, "customers_enriched")
    outlook = {row["customer_id"]: row for row in table(connection, "customer_outlook")}

    def silent(row: dict[str, Any]) -> int:
        days = row["days_since_last_activity"]
        return row["days_since_acquisition"] if days is None else days

    def names(which: str) -> set[str]:
        return {row["customer_id"] for row in all_ranked(connection, day, which=which)}

    paying = {row["customer_id"]: row for row in rows if row["total_arr"]}
    assert names("Paying") == set(paying)
    for days in (30, 90):
        wanted = {name for name, row in paying.items() if silent(row) >= days}
        assert names(f"Silent {days} days") == wanted
    assert names("To call") == {
        name for name, row in paying.items() if max(expected_points(row).values()) > 0
    }
    assert queries.stake(connection) == "Expected loss"
    for row in all_ranked(connection, day):
        known = outlook.get(row["customer_id"])
        assert row["at_stake"] == (float(known["expected_lost_arr"]) if known else None)


def test_score_x_arr_where_history_is_too_short(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.stake(connection) == "Score x ARR"
    found = all_ranked(connection, queries.last_day(connection), which="Paying")
    assert {row["customer_id"]: row["at_stake"] for row in found} == {"A": 600.01, "B": 833.29}


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
        assert [value for value in found if value == value] == pytest.approx(rates(mine))
    found = queries.months(connection)
    assert len(found) == 12
    daily = table(connection, "customer_daily_metrics")
    for row in found.itertuples():
        of_month = [m for m in months if m["month"] == row.month.date()]
        values = [row.nrr, row.gross_churn, row.customer_churn]
        assert [value for value in values if value == value] == pytest.approx(rates(of_month))
        end = (row.month + timedelta(days=32)).replace(day=1).date() - timedelta(days=1)
        risky = [
            r["total_arr"]
            for r in daily
            if r["date"] == end and r["total_arr"] and r["customer_risk_score"] >= 60
        ]
        assert row.arr_at_risk == pytest.approx(float(sum(risky)))
    # the last month end is the last day, so that both ways agree but for rounding
    whole = segments[segments["kind"] == "all"].iloc[0]
    assert found.iloc[-1]["expected_loss"] == pytest.approx(whole["expected_loss"], abs=1)


def test_filters(portfolio: Path, read: Read, day: date) -> None:
    connection = read(portfolio)
    rows = table(connection, "customers_enriched")
    arr = sorted(row["total_arr"] for row in rows)
    low, high = float(arr[15]), float(arr[45])
    cases = [
        (queries.Filters(regions=["EMEA", "APAC"]), lambda row: row["region"] in ("EMEA", "APAC")),
        (queries.Filters(industries=["Media"]), lambda row: row["industry"] == "Media"),
        (queries.Filters(arr_from=low), lambda row: row["total_arr"] >= low),
        (queries.Filters(arr_to=high), lambda row: row["total_arr"] <= high),
        (
            queries.Filters(["EMEA"], ["Media", "Energy", "Retail"], low, high),
            lambda row: (
                row["region"] == "EMEA"
                and row["industry"] in ("Media", "Energy", "Retail")
                and low <= row["total_arr"] <= high
            ),
        ),
    ]
    for filters, fits in cases:
        found = {row["customer_id"] for row in all_ranked(connection, day, filters=filters)}
        assert found == {row["customer_id"] for row in rows if fits(row)}
        assert 0 < len(found) < 60, filters


def test_customers_that_left_are_filtered_by_the_arr_they_had(
    portfolio: Path, read: Read, day: date
) -> None:
    connection = read(portfolio)
    left = all_ranked(connection, day, which="Left")
    low = sorted(row["lost_arr"] for row in left)[1]
    found = all_ranked(connection, day, which="Left", filters=queries.Filters(arr_from=low))
    assert {row["customer_id"] for row in found} == {
        row["customer_id"] for row in left if row["lost_arr"] >= low
    }
    assert 0 < len(found) < len(left)


def test_a_missing_industry_can_be_chosen(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.choices(connection, "industry") == ["(none)", "Retail", "Software"]
    filters = queries.Filters(industries=["(none)"])
    found = all_ranked(connection, queries.last_day(connection), filters=filters)
    assert [row["customer_id"] for row in found] == ["B"]


def test_who_has_no_days_is_not_ranked(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.customer_ids(connection) == (["A", "B", "D", "E"], True)
    found = all_ranked(connection, queries.last_day(connection))
    assert [row["customer_id"] for row in found] == ["A", "B", "D"]
    ranks = {name: queries.customer(connection, name) for name in "ABDE"}
    assert [ranks[name]["rank"] for name in "ABD"] == [1, 2, 3]
    assert {row["ranked"] for row in ranks.values()} == {3}


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
        assert by_age["14 to 29"] + by_age["30+"] == row["tickets_open_14plus_days"]
        totals += by_age
    assert set(totals) == {"0 to 6", "7 to 13", "14 to 29", "30+"}


def test_tickets_of_unknown_categories(portfolio: Path, read: Read, changed: Change) -> None:
    connection = read(
        changed(portfolio, "update main_staging.base_support_tickets set ticket_category = 'odd'")
    )
    [busy] = connection.sql(
        "select customer_id from customers_enriched order by open_tickets desc limit 1"
    ).fetchall()[0]
    tickets = queries.open_tickets(connection, busy)
    assert set(tickets["category"]) == {"other"}


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
    rows.sort(key=lambda row: row["tenth"])
    found = queries.lift(read(portfolio)).to_dict("records")
    assert len(found) == len(rows) > 5
    customers = sum(row["num_customers"] for row in rows)
    reached = 0
    for actual, row in zip(found, rows, strict=True):
        reached += row["num_customers"]
        assert actual == {
            "tenth": row["tenth"],
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
    assert set(found[0]) >= {"region", "industry", "tenth", "total_arr"}
    assert queries.outlook(read(empty), 7) == []
