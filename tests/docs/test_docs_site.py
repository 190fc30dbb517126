"""The docs site as a reader sees it: the one page that dbt has built, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import visit_dashboard
from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "target" / "docs" / "static_index.html"

# The nodes in the graph: name, type, left edge, colour, and the share of a node's box in that
# colour (the rest is its name); null until there is a graph.
DRAWN_NODES = """
() => {
    const graph = window.angular?.element(document.body).injector()?.get('graph').graph_element;
    if (!graph?.width()) return null;
    const canvas = document.querySelector('canvas[data-id="layer2-node"]').getContext('2d');
    return graph.nodes(':visible').map(node => {
        const box = node.renderedBoundingBox({includeLabels: false, includeOverlays: false});
        const corner = [box.x1, box.y1, box.w, box.h].map(length => length * devicePixelRatio);
        const painted = canvas.getImageData(...corner).data;
        const colour = node.style('background-color');
        const wanted = parseInt(colour.slice(1), 16);
        let same = 0;
        for (let i = 0; i < painted.length; i += 4)
            same += (painted[i] << 16 | painted[i + 1] << 8 | painted[i + 2]) === wanted;
        const [name, type] = [node.data('name'), node.data('resource_type')];
        return {name, type, left: box.x1, colour, share: 4 * same / painted.length};
    });
}
"""


def layers() -> dict[str, set[str]]:
    """The names of the seeds, and of the models of each folder."""
    found: dict[str, set[str]] = {"seeds": {path.stem for path in (ROOT / "seeds").glob("*.csv")}}
    for path in (ROOT / "models").rglob("*.sql"):
        found.setdefault(path.parent.name, set()).add(path.stem)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with visit_dashboard.browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The overview in a tab of its own; an error of the page fails the test."""
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(SITE.as_uri())
    expect(page.get_by_role("heading", name="Customer health")).to_be_visible()
    yield page
    page.close()
    assert errors == []


def title(page: Page) -> Locator:
    return page.locator(".app-title:visible h1")


def test_links_of_the_overview_open_what_they_name(page: Page) -> None:
    links = page.locator("a[href*='#!/model/']:visible")
    names = links.all_inner_texts()
    assert set(names) == layers()["marts"]
    for name in names:
        links.get_by_text(name, exact=True).click()
        expect(title(page)).to_have_text(re.compile(rf"\s*{name}\s"))
        expect(page.locator("pre code:visible, code.hljs:visible").first).to_contain_text("select")
        page.go_back()
        expect(page.get_by_role("heading", name="Customer health")).to_be_visible()


@pytest.mark.parametrize("project", ["customer_health", "dbt_utils"])
def test_each_project_has_a_page_of_its_own(page: Page, project: str) -> None:
    page.goto(f"{SITE.as_uri()}#!/overview/{project}")
    expect(page.get_by_role("heading", name=project, exact=True)).to_be_visible()


def test_search_leads_to_the_description_of_a_column(page: Page) -> None:
    source = (ROOT / "models" / "_columns.md").read_text(encoding="utf-8")
    block = re.search(r"{% docs customer_risk_score %}\n(.*?)\n{% enddocs %}", source, re.DOTALL)
    assert block is not None
    page.get_by_placeholder("Search for models").fill("customer_daily_metrics")
    page.get_by_label("Name").check()
    results = page.locator(".search-result:visible")
    expect(results).to_have_count(1)
    results.click()
    expect(title(page)).to_have_text(re.compile(r"customer_daily_metrics\s+incremental"))
    expect(page.get_by_text("Customer analytics")).to_be_visible()
    row = page.get_by_role("row", name="customer_risk_score DECIMAL(18,2)")
    row.click()
    details = page.get_by_role("row").filter(has_text=block[1]).filter(has_text="accepted_range")
    expect(details.get_by_text(block[1])).to_be_visible()


def test_lineage_graph_shows_every_layer_in_its_colour(page: Page) -> None:
    # on a smaller one, names hide the colours
    page.set_viewport_size({"width": 2400, "height": 1400})
    page.get_by_role("link", name="Show the lineage graph").click()
    page.wait_for_function(f"({DRAWN_NODES})()?.every(node => node.share > 0.3)")
    drawn = {node["name"]: node for node in page.evaluate(DRAWN_NODES)}
    names = layers()
    assert set(names) == {"seeds", "base", "staging", "intermediate", "marts", "semantic"}
    assert set.union(*names.values()) <= set(drawn)
    assert {node["type"] for node in drawn.values()} <= {"seed", "model", "exposure"}
    colours = {layer: {drawn[name]["colour"] for name in names[layer]} for layer in names}
    assert all(len(found) == 1 for found in colours.values()), colours
    assert len(set.union(*colours.values())) == len(colours), colours
    path = ["customers", "base_customers", "stg_customers", "int_metric_periods"]
    path += ["customer_daily_metrics", "customers_enriched"]
    assert path == sorted(path, key=lambda name: drawn[name]["left"])
