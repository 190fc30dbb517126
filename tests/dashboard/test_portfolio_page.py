"""What the page of the portfolio says."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import queries
from conftest import OpenApp
from shown import (
    Change,
    charts,
    figures,
    tables,
)


def test_figures_of_the_portfolio(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade)
    assert figures(app) == {
        "Paying customers": "2",
        "ARR": "1,600",
        "ARR at risk": "1,600",
        "Expected loss": "-",
        "NRR, 12 months": "-",
        "Gross churn, 12 months": "-",
        "Customer churn, 12 months": "-",
    }
    assert app.caption[0].value == "2024-04-01, changes since 2024-03-25"
    assert charts(app) == 4


def test_bands_have_the_limits_of_the_settings(open_app: OpenApp, owned: Path) -> None:
    app = open_app(owned)
    bands = next(cells for cells in tables(app) if cells.rows[0][0] == "Band")
    assert bands.rows == [
        ["Band", "Customers", "ARR (EUR)", "Share"],
        ["At riskscore 90 to 100", "1", "600", "38 % of the ARR"],
        ["Watchscore 50 to below 90", "1", "1,000", "62 % of the ARR"],
        ["Calmscore 0 to below 50", "0", "0", "0 % of the ARR"],
    ]
    assert figures(app)["ARR at risk (EUR)"] == "600"


def test_segments(open_app: OpenApp, handmade: Path) -> None:
    by_region, by_industry = tables(open_app(handmade))[-2:]
    assert by_region.rows[1:] == [
        ["APAC1 paying", "1,000", "1,000", "-", "-", "-"],
        ["EMEA1 paying", "600", "600", "-", "-", "-"],
        ["AMER0 paying", "0", "0", "-", "-", "-"],
    ]
    assert [row[0] for row in by_industry.rows[1:]] == [
        *("(none)1 paying", "Software1 paying", "Retail0 paying")
    ]


def test_movers_are_told_in_actual_values(open_app: OpenApp, portfolio: Path) -> None:
    risen, fallen = tables(open_app(portfolio))[:2]
    with duckdb.connect(str(portfolio), read_only=True) as connection:
        arr = dict(
            connection.execute("select customer_id, total_arr from customers_enriched").fetchall()
        )
    for cells, sign in ((risen, "+"), (fallen, "-")):
        assert cells.rows[0] == ["Customer", "Score", "Change", "What happened"]
        assert 1 < len(cells.rows) <= 6
        for name, _, change, what in cells.rows[1:]:
            assert change.startswith(sign)
            assert arr[name.split("ARR")[0]] > 0
            assert what
            assert "Fewer" not in what
            for before, now in re.findall(r"([\d,]+) → ([\d,]+)", what):
                was, is_now = (int(number.replace(",", "")) for number in (before, now))
                assert (was > is_now) == (sign == "+")


def test_effects_of_the_window_are_named(
    open_app: OpenApp, portfolio: Path, changed: Change
) -> None:
    """Nothing differs from a week ago but what it is compared with."""
    columns = [
        *queries.VALUES.values(),
        *("pct_change_products_90d", "pct_change_arr_90d", "pct_change_unique_users_3m"),
    ]
    same = ", ".join(f"{column} = now.{column}" for column in columns)
    fallen = "now.pct_change_logins_3m between -100 and 0"
    still = changed(
        portfolio,
        f"update customer_daily_metrics as before set {same}, "
        f"pct_change_logins_3m = now.pct_change_logins_3m + if({fallen}, 50, 0), "
        f"customer_risk_score_raw = now.customer_risk_score_raw - if({fallen}, 50, 0) "
        "from customers_enriched as now "
        "where before.customer_id = now.customer_id and before.date = now.last_metrics_date - 7",
    )
    risen = tables(open_app(still))[0]
    assert len(risen.rows) == 6
    for _, _, change, what in risen.rows[1:]:
        assert change == "+50"
        assert what.startswith("effect of the window: logins ")


def test_nobody_moved(open_app: OpenApp, single: Path) -> None:
    app = open_app(single)
    assert [caption.value for caption in app.caption].count("Nobody.") == 2


def test_less_than_a_week(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(
        changed(handmade, "delete from customer_daily_metrics where date <= '2024-03-26'")
    )
    captions = [caption.value for caption in app.caption]
    assert captions[0] == "2024-04-01"
    assert captions.count("Needs a week of history.") == 2
    assert [metric.delta for metric in app.metric] == [""] * 7
