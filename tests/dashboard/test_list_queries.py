"""The lists of customers, against plain loops over the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import queries
from recounted import Read, all_ranked, expected_points, table


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    "sort", ["customer_id", "customer_risk_score", "total_arr", *queries.COMPONENTS]
)
def test_listed_in_order(portfolio: Path, read: Read, sort: str, descending: bool) -> None:
    found = all_ranked(read(portfolio), sort=sort, descending=descending)
    assert len(found) == 60
    expected = sorted(found, key=lambda row: row["customer_id"])
    expected.sort(key=lambda row: row[sort], reverse=descending)
    assert [row["customer_id"] for row in found] == [row["customer_id"] for row in expected]


def test_ranked_by_pages(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    order = {"sort": "customer_risk_score", "descending": True}
    whole = all_ranked(connection, **order)
    pages = [
        queries.listed(connection, "All", queries.Filters(), **order, limit=25, offset=offset)
        for offset in (0, 25, 50)
    ]
    assert [len(found) for found, _ in pages] == [25, 25, 10]
    assert {number for _, number in pages} == {60}
    assert [row for found, _ in pages for row in found] == whole


def test_ranked_by_unknown_columns(portfolio: Path, read: Read) -> None:
    with pytest.raises(ValueError, match="cannot sort by 1; drop table"):
        all_ranked(read(portfolio), sort="1; drop table customers_enriched")


def test_lists(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    rows = table(connection, "customers_enriched")
    outlook = {row["customer_id"]: row for row in table(connection, "customer_outlook")}

    def silent(row: dict[str, Any]) -> int:
        days = row["days_since_last_activity"]
        return row["days_since_acquisition"] if days is None else days

    def names(which: str) -> set[str]:
        return {row["customer_id"] for row in all_ranked(connection, which=which)}

    paying = {row["customer_id"]: row for row in rows if row["total_arr"]}
    assert names("Paying") == set(paying)
    for days in (30, 90):
        wanted = {name for name, row in paying.items() if silent(row) >= days}
        assert names(f"Silent {days} days") == wanted
    assert names("To call") == {
        name for name, row in paying.items() if max(expected_points(row).values()) > 0
    }
    assert queries.stake(connection) == "Expected loss"
    for row in all_ranked(connection):
        known = outlook.get(row["customer_id"])
        assert row["at_stake"] == (float(known["expected_lost_arr"]) if known else None)


def test_score_x_arr_where_history_is_too_short(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.stake(connection) == "Score x ARR"
    found = all_ranked(connection, which="Paying")
    assert {row["customer_id"]: row["at_stake"] for row in found} == {"A": 600.01, "B": 833.29}


def test_filters(portfolio: Path, read: Read) -> None:
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
        found = {row["customer_id"] for row in all_ranked(connection, filters=filters)}
        assert found == {row["customer_id"] for row in rows if fits(row)}
        assert 0 < len(found) < 60, filters


def test_customers_that_left_are_filtered_by_the_arr_they_had(portfolio: Path, read: Read) -> None:
    connection = read(portfolio)
    left = all_ranked(connection, which="Left")
    low = sorted(row["lost_arr"] for row in left)[1]
    found = all_ranked(connection, which="Left", filters=queries.Filters(arr_from=low))
    assert {row["customer_id"] for row in found} == {
        row["customer_id"] for row in left if row["lost_arr"] >= low
    }
    assert 0 < len(found) < len(left)


def test_a_missing_industry_can_be_chosen(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.choices(connection, "industry") == ["(none)", "Retail", "Software"]
    filters = queries.Filters(industries=["(none)"])
    found = all_ranked(connection, filters=filters)
    assert [row["customer_id"] for row in found] == ["B"]


def test_who_has_no_days_is_not_ranked(handmade: Path, read: Read) -> None:
    connection = read(handmade)
    assert queries.customer_ids(connection) == (["A", "B", "D", "E"], True)
    found = all_ranked(connection)
    assert [row["customer_id"] for row in found] == ["A", "B", "D"]
    ranks = {name: queries.customer(connection, name) for name in "ABDE"}
    assert [ranks[name]["rank"] for name in "ABD"] == [1, 2, 3]
    assert {row["ranked"] for row in ranks.values()} == {3}
