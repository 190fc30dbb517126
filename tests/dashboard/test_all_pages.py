"""What every page says, on every kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest
import rows
from conftest import OpenApp
from shown import (
    AT_RISK,
    CUSTOMER,
    PAGES,
    Change,
    charts,
    figures,
    said,
    tables,
)


# every page, every database
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["handmade", "portfolio", "single", "empty"])
def test_every_page_opens(
    request: pytest.FixtureRequest, open_app: OpenApp, name: str, page: str
) -> None:
    app = open_app(request.getfixturevalue(name), page)
    assert len(app.title) == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_database(open_app: OpenApp, tmp_path: Path, page: str) -> None:
    path = tmp_path / "nothing.duckdb"
    app = open_app(path, page)
    assert said(app) == [f"There is no database at `{path}`; run `make build`."]
    assert len(app.title) == 0


@pytest.mark.parametrize("page", PAGES[:5])
def test_an_empty_database(open_app: OpenApp, empty: Path, page: str) -> None:
    app = open_app(empty, page)
    assert said(app) == ["The last build has no customers yet."]
    assert charts(app) == 0


def test_the_newest_data_follow_and_the_last_ones_stay(
    open_app: OpenApp, handmade: Path, changed: Change
) -> None:
    database = changed(handmade)
    app = open_app(database)
    assert figures(app)["ARR"] == "1,600"
    database.unlink()
    app.run()
    assert "There is no database" in said(app)[0]
    assert "You see the data of 20" in said(app)[0]
    assert figures(app)["ARR"] == "1,600"
    changed(handmade, "delete from customer_daily_metrics where customer_id = 'B'").rename(database)
    app.run()
    assert said(app) == []
    assert figures(app)["ARR"] == "600"


# portfolio
def test_old_data_are_told_on_every_page(
    open_app: OpenApp, handmade: Path, changed: Change
) -> None:
    for page in PAGES:
        [banner] = [box.value for box in open_app(handmade, page).warning if "old" in box.value]
        assert banner.endswith("days old: the last day built is 2024-04-01.")
    fresh = changed(handmade, "update customers_enriched set last_metrics_date = current_date - 2")
    assert not list(open_app(fresh, AT_RISK).warning)


def test_what_the_data_say_stays_text(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    name, region = "<img src=x onerror=alert(1)>", 'EMEA" onclick="alert(2)'
    odd = changed(
        handmade,
        f"update customer_daily_metrics set customer_id = '{name}' where customer_id = 'A'",
        f"update customers_enriched set customer_id = '{name}', region = '{region}', "
        "industry = '*<b>R&D*' where customer_id = 'A'",
    )
    [cells] = tables(open_app(odd, AT_RISK))
    assert cells.rows[2][0] == f"{name}{region} · *<b>R&D*"
    assert {tag for tag, _ in cells.tags}.isdisjoint({"img", "script"})
    assert not [a for _, attributes in cells.tags for a in attributes if a.startswith("on")]
    [link] = [attributes for tag, attributes in cells.tags if tag == "a"][1:]
    assert link["data-open"] == name
    app = open_app(odd, CUSTOMER, customer=name)
    assert app.caption[0].value == (
        r"EMEA\" onclick\=\"alert\(2\) · \*\<b\>R\&D\* · customer since 2024\-01\-01"
    )


# numbers as texts
@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0, "0"), (0.4, "0"), (-0.4, "0"), (1234.5, "+1,234"), (-99.6, "-100")],
)
def test_signed(value: float | None, text: str) -> None:
    assert rows.signed(value) == text


def test_bars_share_a_scale() -> None:
    assert "width:50.0%" in rows.points(300, "", 300)
    assert "width:16.7%" in rows.points(-100, "", 300)
    assert "<i" not in rows.points(0, "", 100)
    assert "<i" not in rows.points(None, "", 100)
