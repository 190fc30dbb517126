"""What the page of one customer says."""

from __future__ import annotations

from pathlib import Path

import pytest
import queries
from conftest import OpenApp
from shown import (
    AT_RISK,
    CUSTOMER,
    Change,
    charts,
    figures,
    oldest,
    said,
    tables,
)


# one customer
def test_one_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="A")
    assert figures(app) == {
        "Risk score": "100.0",
        "Rank": "1 of 3",
        "ARR": "600",
        "Expected loss": "-",
        "Open tickets": "1",
        "Last login": "2024-04-01",
    }
    cells, tickets = tables(app)
    assert tickets.rows[1:] == [["T1bug", "2024-03-18", "14 days"]]
    assert [row[:2] for row in cells.rows[1:]] == [
        ["Products", "0"],
        ["ARR", "+50"],
        ["Logins", "-50"],
        ["Users", "0"],
        ["Tickets", "+100"],
    ]
    assert charts(app) == 6


def test_bars_of_other_weights(open_app: OpenApp, weighted: Path) -> None:
    [cells] = tables(open_app(weighted, AT_RISK))
    assert [row[4:] for row in cells.rows[1:] if row[0].startswith("A")] == [
        ["0", "+150", "0", "0", "0"]
    ]
    bars = [attributes for tag, attributes in cells.tags if tag == "i"]
    assert [bar["style"] for bar in bars if bar["class"] == "up"] == ["left:50%;width:50.0%"]


def test_why_in_words(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    known = changed(
        portfolio,
        """
        update customers_enriched set
            num_products = 2, pct_change_products_90d = null, total_arr = 12345.60,
            pct_change_arr_90d = -12.4, num_logins_last_3m = 1200, num_logins_prev_3m = 800,
            pct_change_logins_3m = 50, num_unique_users_last_3m = 0, num_unique_users_prev_3m = 0,
            pct_change_unique_users_3m = null, open_tickets = 6, open_bug_tickets = 1,
            open_incident_tickets = 2, tickets_open_14plus_days = 3
        where customer_id = 'C0001'
        """,
    )
    cells = tables(open_app(known, CUSTOMER, customer="C0001"))[0]
    assert [row[2] for row in cells.rows[1:]] == [
        "2 now; against 90 days before: nothing to compare with",
        "12,346 now; against 90 days before: -12 %",
        "1,200 in 90 days, 800 in the 90 before: +50 %",
        "0 in 90 days, 0 in the 90 before: nothing to compare with",
        "open: 6, bugs: 1, incidents: 2, 14 days or older: 3",
    ]


def test_changes_can_be_filtered_by_size(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, CUSTOMER, customer="C0001")
    numbers = []
    for least in (1, 10, 50):
        app.segmented_control(key="least").set_value(least).run()
        changes = app.dataframe[0].value
        assert (changes["change"].abs() >= least).all()
        assert len(changes) == int(app.expander[0].label.split()[0])
        numbers.append(len(changes))
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > numbers[-1]


def test_the_period_bounds_the_changes(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, CUSTOMER, customer=oldest(portfolio))
    first = {}
    for period in ("All", "1 year", "6 months"):
        app.segmented_control(key="period").set_value(period).run()
        first[period] = app.dataframe[0].value["date"].min()
    assert first["All"] <= first["1 year"] < first["6 months"]
    assert str(first["6 months"].date()) >= "2025-07-02"


def test_slow_erosion_is_marked(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    """Logins that fall by one in a hundred a day, for 80 days: no day has a large change."""
    steps = "greatest(0, 80 - (date '2025-12-31' - date))"
    slow = changed(
        portfolio,
        "update customer_daily_metrics set pct_change_products_90d = 0, pct_change_arr_90d = 0, "
        "pct_change_unique_users_3m = 0, open_tickets = 0, open_bug_tickets = 0, "
        "open_incident_tickets = 0, tickets_open_14plus_days = 0, "
        f"pct_change_logins_3m = -{steps}, customer_risk_score_raw = {steps} "
        "where customer_id = 'C0001'",
    )
    app = open_app(slow, CUSTOMER, customer="C0001")
    marks = app.dataframe[0].value
    assert list(marks["component"]) == ["Logins"] * 8
    assert list(marks["change"]) == [10] * 8
    assert [(row.date - row.since).days for row in marks.itertuples()][:-1] == [10] * 7


def test_what_is_the_matter_is_said(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(handmade, CUSTOMER, customer="D")
    assert said(app) == [
        "2024-04-01 is the first day of this customer: there is nothing to draw or compare yet."
    ]
    assert charts(app) == 0
    [silent] = said(open_app(handmade, CUSTOMER, customer="B"))
    assert silent.startswith("Paying, but silent: no login for 60 days.")
    early = changed(
        handmade,
        "update customers_enriched set days_since_last_activity = null, num_logins_last_3m = 1, "
        "num_logins_prev_3m = 1 where customer_id = 'B'",
    )
    app = open_app(early, CUSTOMER, customer="B")
    assert figures(app)["Last login"] == "never"
    assert said(app)[0].startswith(
        "Nobody has logged in since the acquisition on 2024-01-10: the 2 logins of the last 180 "
        "days came before it."
    )


def test_a_customer_without_tickets_or_changes(open_app: OpenApp, single: Path) -> None:
    app = open_app(single, CUSTOMER, customer="C0001")
    assert figures(app)["Rank"] == "1 of 1"
    assert app.expander[0].label == "0 changes as a table"
    assert "No ticket is open." in [caption.value for caption in app.caption]


def test_a_customer_of_the_future(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="E")
    assert said(app) == [
        "This customer was acquired after the last day built: there are no days yet."
    ]


def test_an_unknown_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="_Z_")
    assert said(app) == [r"There is no customer \_Z\_."]
    assert open_app(handmade, CUSTOMER).selectbox[0].value is None


def test_of_very_many_customers_any_id_can_be_typed(
    open_app: OpenApp, handmade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_IDS", 1)
    app = open_app(handmade, CUSTOMER)
    assert app.selectbox[0].options == ["B"]  # it pays most
    app = open_app(handmade, CUSTOMER, customer="A")
    assert app.selectbox[0].options == ["A", "B"]
    assert figures(app)["Rank"] == "1 of 3"
    app = open_app(handmade, CUSTOMER, customer="_Z_")
    assert said(app) == [r"There is no customer \_Z\_."]


def test_choosing_a_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER)
    app.selectbox[0].select("B").run()
    assert figures(app)["Rank"] == "2 of 3"
