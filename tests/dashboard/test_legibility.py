"""Everything can be read: by day and by night, on every screen, with every aid."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import axe
import duckdb
import jinja2
import pytest
import visit_dashboard
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect
from visits import PHONE, TITLES, visit

# The texts of what reaches beyond the left or right edge.
TOO_WIDE = """
() => [...document.querySelectorAll("[data-testid=stMain] :is(h1, h2, h3, p, svg, label)")]
    .map(element => [element.getBoundingClientRect(), element.textContent])
    .filter(([box]) => box.width && (box.left < 0 || box.right > innerWidth))
    .map(([box, text]) => text)
"""

SERIOUS = """
async () => (await axe.run()).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => [found.id, ...found.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])
"""


@pytest.fixture(scope="module")
def axe_core(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe.source(tmp_path_factory.mktemp("axe"))


def luminance(colour: str) -> float:
    """Relative luminance of a CSS colour, rgb(…), as WCAG defines it."""
    channels = [int(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "visitor", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=str
)
def test_everything_can_be_read_by_day_and_by_night(
    page: Page, address: str, request: pytest.FixtureRequest
) -> None:
    visit(page, address, "at_risk")
    style = "(element, name) => getComputedStyle(element)[name]"
    background = page.get_by_test_id("stApp").evaluate(style, "backgroundColor")
    is_dark = "dark" in request.node.name
    assert (luminance(background) < 0.1) == is_dark
    table = page.get_by_role("table")
    for text in (
        table.locator("td .value"),
        table.get_by_role("link"),
        table.get_by_role("button"),
    ):
        assert contrast(text.first.evaluate(style, "color"), background) >= 4.5
    for bar in (table.locator(".up"), table.locator(".down"), table.locator(".level")):
        assert contrast(bar.first.evaluate(style, "backgroundColor"), background) >= 3
    visit(page, address, "customer?customer=C0001")
    for label in page.locator("svg.marks text").all()[:5]:
        assert contrast(label.evaluate(style, "fill"), background) >= 3


@pytest.mark.parametrize(
    "visitor",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE],
    indirect=True,
    ids=["light", "dark", "phone"],
)
def test_every_page_fits_everybody_and_breaks_nothing(
    page: Page, address: str, axe_core: str
) -> None:
    """No scrolling sideways, nothing serious for axe, no level skipped, no request elsewhere."""
    found, hosts, errors = {}, set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(error))
    for path in TITLES:
        visit(page, address, path)
        # charts take their width from the page in a second step, after which it must stay so
        page.wait_for_function(f"() => ({TOO_WIDE})().length === 0")
        page.wait_for_timeout(1000)
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
        assert page.title().endswith(" · Customer health"), path
        headings = page.locator(":is(h1, h2, h3, h4)").all()
        levels = [int(heading.evaluate("h => h.tagName[1]")) for heading in headings]
        assert levels[0] == 1, path
        assert all(following <= level + 1 for level, following in pairwise(levels)), path
        page.evaluate(axe_core)
        found[path] = page.evaluate(SERIOUS)
    assert not any(found.values()), found
    assert hosts - {None, ""} == {"localhost"}
    assert errors == []
    # it would have found something
    page.evaluate("() => { document.querySelector('h1').style = 'color: #999; background: #aaa' }")
    assert [name for name, *_ in page.evaluate(SERIOUS)] == ["color-contrast"]


@pytest.mark.parametrize(
    "visitor",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE],
    indirect=True,
    ids=["light", "dark", "phone"],
)
def test_the_digest_fits_every_screen_and_loads_nothing(
    page: Page, axe_core: str, tmp_path: Path
) -> None:
    loader = jinja2.FileSystemLoader(ROOT / "apps" / "templates")
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("digest.html")
    happened = "ARR 33,134 → 20,779; logins in 90 days 152 → 120; 3 tickets open for two weeks"
    rows = [["<b>Acme</b> (C0001)", "20,779", happened] for _ in range(3)]
    section = SimpleNamespace(
        title="Who to call", note="By expected loss.", header=["Customer", "ARR", "Why"], rows=rows
    )
    file = tmp_path / "digest.html"
    file.write_text(
        template.render(day="2025-12-31", owner=None, sections=[section], oddities=["A row."]),
        encoding="utf-8",
    )
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    cells = page.get_by_role("cell")
    expect(cells).to_have_text([cell for row in rows for cell in row])
    edges = cells.evaluate_all("found => found.map(cell => cell.getBoundingClientRect().right)")
    assert max(edges) <= page.viewport_size["width"]
    assert requests == [file.as_uri()]
    page.evaluate(axe_core)
    assert page.evaluate(SERIOUS) == []


def test_charts_say_what_they_show(page: Page, address: str) -> None:
    visit(page, address, "")
    expect(page.locator("svg.marks")).to_have_count(4)
    charts = page.locator("[role='graphics-document']").all()
    assert [chart.get_attribute("aria-label") for chart in charts] == [
        "Customers by score",
        "ARR by score",
        "ARR at risk and expected loss by month",
        "Rates of twelve months by month",
    ]


def test_names_from_the_data_stay_text(page: Page, portfolio: Path, tmp_path: Path) -> None:
    database = tmp_path / "customer_health.duckdb"
    database.write_bytes(portfolio.read_bytes())
    name = "<img src=x onerror=\"document.title='broken'\">&é/?#"
    with duckdb.connect(str(database)) as connection:
        for table in ("customers_enriched", "customer_daily_metrics"):
            connection.execute(
                f"update {table} set customer_id = ? where customer_id = 'C0001'", [name]
            )
    with visit_dashboard.dashboard(database, tmp_path) as address:
        page.goto(f"{address}/at_risk?list=All")
        visit_dashboard.wait_until_shown(page, "Customers")
        page.get_by_role("button", name="Customer", exact=True).click()
        link = page.get_by_role("link", name=name)
        expect(link).to_be_visible()
        link.click()
        visit_dashboard.wait_until_shown(page, "One customer")
        expect(page.get_by_role("combobox", name="Customer")).to_have_value(name)
        page.reload()
        visit_dashboard.wait_until_shown(page, "One customer")
        expect(page.get_by_role("combobox", name="Customer")).to_have_value(name)
        assert page.title() == f"{name} · Customer health"


def test_the_picture(chromium: Browser, address: str, tmp_path: Path) -> None:
    visit_dashboard.take_picture(chromium, address, tmp_path / "new.png")
    for path in (tmp_path / "new.png", ROOT / "docs" / "dashboard.png"):
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert int.from_bytes(content[16:20]) == visit_dashboard.WIDTH
        assert len(content) < visit_dashboard.MAX_BYTES
