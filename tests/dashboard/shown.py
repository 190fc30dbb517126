"""What an opened page shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import duckdb
from streamlit.testing.v1 import AppTest

Change = Callable[..., Path]

PAGES = [
    "views/portfolio.py",
    "views/at_risk.py",
    "views/renewals.py",
    "views/customer.py",
    "views/score.py",
    "views/data_health.py",
]

SCORE = "views/score.py"

AT_RISK = "views/at_risk.py"

RENEWALS = "views/renewals.py"

CUSTOMER = "views/customer.py"

HEALTH = "views/data_health.py"


class Cells(HTMLParser):
    """The texts of a table by row, and every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def tables(app: AppTest) -> list[Cells]:
    found = []
    for element in app.main:
        if element.type == "bidi_component":
            cells = Cells()
            cells.feed(json.loads(element.proto.json))
            found.append(cells)
    return found


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def charts(app: AppTest) -> int:
    return sum(element.type == "vega_lite_chart" for element in app.main)


def said(app: AppTest) -> list[str]:
    """All notices but that of old data, which every page of a test has."""
    boxes = (*app.info, *app.success, *app.warning, *app.error)
    return [box.value for box in boxes if not box.value.startswith("These data are ")]


def oldest(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select arg_min(customer_id, acquisition_date) from customers_enriched"
        return connection.execute(query).fetchone()[0]


def listed(app: AppTest, which: str) -> list[list[str]]:
    """The rows of one of the lists."""
    app.segmented_control(key="list").set_value(which).run()
    return [row for cells in tables(app) for row in cells.rows[1:]]


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def customers(app: AppTest) -> list[str]:
    [cells] = tables(app)
    return [row[0] for row in cells.rows[1:]]
