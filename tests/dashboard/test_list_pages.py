"""What the lists of customers and of renewals say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from conftest import OpenApp
from shown import (
    AT_RISK,
    CUSTOMER,
    HEALTH,
    RENEWALS,
    Change,
    captions,
    customers,
    figures,
    listed,
    said,
    tables,
)


# customers at risk
def test_who_pays_comes_first_by_what_can_be_lost(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    [cells] = tables(app)
    assert cells.rows == [
        [
            *("Customer", "Score x ARR ▼", "Score", "ARR today"),
            *("Products", "ARR", "Logins", "Users", "Tickets"),
        ],
        ["BAPAC", "833", "83.3", "1,000", "0", "0", "+50", "0", "+33"],
        ["AEMEA · Software", "600", "100.0", "600", "0", "+50", "-50", "0", "+100"],
    ]
    assert [attributes.get("aria-sort") for tag, attributes in cells.tags if tag == "th"] == [
        *(None, "descending"),
        *[None] * 7,
    ]
    assert "1 to 2 of 2 on 2024-04-01." in app.caption[0].value


def test_expected_losses_are_shown_where_there_are_any(
    open_app: OpenApp, portfolio: Path, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> None:
    cells = tables(open_app(portfolio, AT_RISK))[0]
    assert cells.rows[0][1] == "Expected loss ▼"
    query = """
        select customer_id
        from customer_outlook inner join customer_risk_drivers using (customer_id)
        where date = (select max(date) from customer_daily_metrics) and largest_driver is not null
        order by expected_lost_arr desc, customer_id limit 25
    """
    expected = [name for (name,) in read(portfolio).execute(query).fetchall()]
    links = [attributes["data-open"] for tag, attributes in cells.tags if tag == "a"]
    assert links == expected


def test_nobody_is_at_risk(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    """All are flat, so that all have the score 50."""
    flat = changed(
        handmade,
        "update customer_daily_metrics set customer_risk_score = 50, customer_risk_score_raw = 0, "
        "pct_change_products_90d = 0, pct_change_arr_90d = 0, pct_change_logins_3m = 0, "
        "pct_change_unique_users_3m = 0",
        "update customers_enriched set customer_risk_score = 50, customer_risk_score_raw = 0",
    )
    app = open_app(flat, AT_RISK)
    assert said(app) == ["Nobody is at risk: nothing raises the score of any paying customer."]
    assert tables(app) == []
    assert len(listed(app, "Paying")) == 2


def test_silent_payers(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(handmade, AT_RISK)
    assert listed(app, "Silent 30 days") == [["BAPAC", "1,000", "60", "833", "83.3", "3"]]
    assert listed(app, "Silent 90 days") == []
    assert said(app)[0].startswith("Nobody: every paying customer")
    never = changed(
        handmade,
        "update customers_enriched set days_since_last_activity = null where customer_id = 'A'",
    )
    found = listed(open_app(never, AT_RISK), "Silent 90 days")
    assert [row[:3] for row in found] == [["AEMEA · Software", "600", "91, since its acquisition"]]


def test_who_left(
    open_app: OpenApp,
    portfolio: Path,
    read: Callable[[Path], duckdb.DuckDBPyConnection],
) -> None:
    query = """
        select customer_id, max(date), arg_max(total_arr, date) from customer_daily_metrics
        where total_arr > 0 and customer_id in (
            select customer_id from customers_enriched where total_arr = 0
        )
        group by customer_id having max(date) >= date '2025-12-31' - 90
        order by 3 desc, 1
    """
    expected = [
        [customer_id, f"{arr:,.0f}", f"{day}"]
        for customer_id, day, arr in read(portfolio).execute(query).fetchall()
    ]
    assert expected
    found = listed(open_app(portfolio, AT_RISK), "Left")
    assert [[row[0][:5], *row[1:3]] for row in found] == expected
    assert len(listed(open_app(portfolio, AT_RISK), "All")) == 25


def test_a_bar_is_as_long_as_its_points(open_app: OpenApp, handmade: Path) -> None:
    [cells] = tables(open_app(handmade, AT_RISK))
    bars = [attributes for tag, attributes in cells.tags if tag == "i"]
    assert [(bar["class"], bar["style"]) for bar in bars][4:] == [
        ("level", "left:0;width:72.0%"),
        ("level", "left:0;width:100.0%"),
        ("up", "left:50%;width:25.0%"),
        ("down", "right:50%;width:25.0%"),
        ("up", "left:50%;width:50.0%"),
    ]


def test_sorting_is_in_the_address(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, AT_RISK, sort="total_arr")
    [cells] = tables(app)
    amounts = [int(row[3].replace(",", "")) for row in cells.rows[1:]]
    assert amounts == sorted(amounts)
    heads = [attributes for tag, attributes in cells.tags if tag == "th"]
    assert heads[3] == {"scope": "col", "aria-sort": "ascending"}
    # what is no column of the list is not heeded
    [cells] = tables(open_app(portfolio, AT_RISK, sort="-1; drop table x"))
    assert cells.rows[0][1] == "Expected loss ▼"


def test_filters(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    app.multiselect(key="region").select("EMEA").select("APAC")
    app.run()
    assert [name[0] for name in customers(app)] == ["B", "A"]
    app.multiselect(key="industry").select("(none)")
    app.run()
    assert [name[0] for name in customers(app)] == ["B"]
    app.number_input(key="arr_to").set_value(999)
    app.run()
    assert said(app) == ["No customer matches these filters."]
    app.multiselect(key="industry").unselect("(none)")
    app.run()
    assert [name[0] for name in customers(app)] == ["A"]
    app.number_input(key="arr_to").set_value(None)
    app.number_input(key="arr_from").set_value(601)
    app.run()
    assert [name[0] for name in customers(app)] == ["B"]


def test_filters_stay_when_another_page_is_visited(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    app.multiselect(key="region").select("APAC")
    app.run()
    app.switch_page(HEALTH).run()
    app.switch_page(AT_RISK).run()
    assert app.multiselect(key="region").value == ["APAC"]
    assert [name[0] for name in customers(app)] == ["B"]


def test_filters_come_from_the_address(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK, region="APAC")
    assert app.multiselect(key="region").value == ["APAC"]
    assert [name[0] for name in customers(app)] == ["B"]
    app = open_app(handmade, AT_RISK, search="a", list="All")
    assert [name[0] for name in customers(app)] == ["A"]


def test_attributes_are_columns_and_filters(open_app: OpenApp, owned: Path) -> None:
    app = open_app(owned, AT_RISK)
    [cells] = tables(app)
    assert cells.rows[0][:3] == ["Customer", "Owner", "Score x ARR (EUR) ▼"]
    assert [row[:3] for row in cells.rows[1:]] == [
        ["=1+1B · APAC", "-", "833"],
        ["Acme & <b>Co</b>A · EMEA · Software", "Ann", "600"],
    ]
    app.multiselect(key="attribute_owner").select("Ann").run()
    assert [name[:4] for name in customers(app)] == ["Acme"]
    app.multiselect(key="attribute_owner").unselect("Ann").select("(none)").run()
    assert customers(app) == ["=1+1B · APAC"]
    app.multiselect(key="attribute_owner").unselect("(none)").run()
    app.text_input(key="search").set_value("ACME").run()
    assert [name[:4] for name in customers(app)] == ["Acme"]
    app = open_app(owned, CUSTOMER, customer="A")
    assert r"Name: Acme \& \<b\>Co\<\/b\> · Owner: Ann" in captions(app)


def test_pages_of_the_list(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, AT_RISK, list="All")
    previous, following = app.button
    assert (previous.disabled, following.disabled) == (True, False)
    seen = customers(app)
    for first, last in ((26, 50), (51, 60)):
        app.button[1].click().run()
        assert f"{first} to {last} of 60 on 2025-12-31." in app.caption[0].value
        seen += customers(app)
    assert len(set(seen)) == len(seen) == 60
    previous, following = app.button
    assert (previous.disabled, following.disabled) == (False, True)
    # another choice begins at its first page
    app.number_input(key="arr_from").set_value(1).run()
    assert " 1 to 25 of " in app.caption[0].value


# renewals
def test_renewals(
    open_app: OpenApp, portfolio: Path, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> None:
    app = open_app(portfolio, RENEWALS)
    counts = []
    for period, days in (("30 days", 30), ("60 days", 60), ("90 days", 90)):
        app.segmented_control(key="within").set_value(period).run()
        query = """
            select customer_id, product_id, arr, arr * expected_lost_arr / total_arr as lost
            from upcoming_renewals inner join customers_enriched using (customer_id)
            where days_until_end <= ? and arr > 0 and total_arr > 0
        """
        query = query.replace("expected_lost_arr", "upcoming_renewals.expected_lost_arr")
        expected = read(portfolio).execute(query, [days]).fetchall()
        expected.sort(key=lambda row: -row[3])
        found = [row for cells in tables(app) for row in cells.rows[1:]]
        assert [(row[0][:5], row[1]) for row in found] == [row[:2] for row in expected]
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert figures(app)["To renew"] == str(counts[-1])
    app.text_input(key="search").set_value("nobody").run()
    assert said(app)[0].startswith("No paying subscription ends within 90 days")
