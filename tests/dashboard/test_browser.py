"""What a person does with the pages: by mouse, keyboard and thumb."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
import visit_dashboard
from playwright.sync_api import Page, expect
from visits import PHONE, column, numbers, sorted_by, visit

LOCK = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_sorting_by_mouse(page: Page, address: str) -> None:
    visit(page, address, "at_risk")
    expect(sorted_by(page)).to_have_text("Expected loss ▼")
    losses = numbers(column(page, 2))
    assert losses == sorted(losses, reverse=True)
    assert min(numbers(column(page, 4))) > 0
    page.get_by_role("button", name="ARR today", exact=True).click()
    expect(sorted_by(page)).to_have_text("ARR today ▼")
    expect(page).to_have_url(f"{address}/at_risk?sort=-total_arr")
    largest = numbers(column(page, 4))
    assert largest == sorted(largest, reverse=True)
    page.get_by_role("button", name="ARR today", exact=True).click()
    expect(sorted_by(page)).to_have_text("ARR today ▲")
    smallest = numbers(column(page, 4))
    assert smallest == sorted(smallest)
    page.reload()
    visit_dashboard.wait_until_shown(page, "Customers")
    expect(sorted_by(page)).to_have_text("ARR today ▲")


def test_filtering(page: Page, address: str) -> None:
    visit(page, address, "at_risk")
    regions = page.get_by_role("table").locator("small")
    expect(regions.filter(has_not_text="EMEA").first).to_be_visible()
    page.get_by_role("combobox", name="Region").click()
    page.get_by_role("option", name="EMEA").click()
    page.keyboard.press("Escape")
    expect(regions.filter(has_not_text="EMEA")).to_have_count(0)
    assert min(numbers(column(page, 4))) < 20_000
    page.get_by_label("ARR from").fill("20000")
    page.get_by_label("ARR from").press("Enter")
    few = (
        page.get_by_role("table")
        .locator("td.number")
        .filter(has_text=re.compile(r"^1?\d?,?\d{1,3}$"))
    )
    expect(few).to_have_count(0)
    expect(page).to_have_url(re.compile("region=EMEA"))
    expect(page).to_have_url(re.compile("arr_from=20000"))
    page.reload()
    visit_dashboard.wait_until_shown(page, "Customers")
    expect(page.get_by_label("ARR from")).to_have_value(re.compile("20000"))
    expect(regions.filter(has_not_text="EMEA")).to_have_count(0)
    amounts = numbers(column(page, 4))
    assert amounts
    assert min(amounts) >= 20_000
    page.get_by_label("ARR to").fill("1")
    page.get_by_label("ARR to").press("Enter")
    expect(page.get_by_text("No customer matches these filters.")).to_be_visible()


def test_lists_searching_and_files(page: Page, address: str, tmp_path: Path) -> None:
    visit(page, address, "at_risk")
    page.get_by_role("radio", name="Paying").click()
    expect(page.get_by_text("All paying customers")).to_be_visible()
    expect(page).to_have_url(re.compile("list=Paying"))
    page.get_by_label("Id", exact=True).fill("c000")
    page.get_by_label("Id", exact=True).press("Enter")
    links = page.get_by_role("table").get_by_role("link")
    expect(links.filter(has_not_text="C000")).to_have_count(0)
    expect(links.first).to_be_visible()
    visit_dashboard.wait_until_shown(page, "Customers")
    names = links.all_inner_texts()
    assert names
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("customer_id,region,industry,total_arr,")
    assert [line.split(",")[0] for line in lines[1:]] == names
    assert download.value.suggested_filename == "paying_2025-12-31.csv"
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel").click()
    with zipfile.ZipFile(download.value.path()) as book:
        strings = book.read("xl/sharedStrings.xml").decode("utf-8")
    assert all(f">{name}<" in strings for name in names)


def test_an_account_manager_keeps_a_list_as_a_file(page: Page, owned: Path, tmp_path: Path) -> None:
    with visit_dashboard.dashboard(owned, tmp_path) as address:
        page.goto(f"{address}/at_risk?list=Paying&attribute_owner=(none)")
        visit_dashboard.wait_until_shown(page, "Customers")
        links = page.get_by_role("table").get_by_role("link")
        expect(links).to_have_text(["=1+1"])
        with page.expect_download() as download:
            page.get_by_role("button", name="Excel").click()
        with zipfile.ZipFile(download.value.path()) as book:
            assert ">=1+1<" in book.read("xl/sharedStrings.xml").decode("utf-8")
            assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV").click()
        [header, line] = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
        assert header.endswith(",name,owner")
        assert line.endswith(",=1+1,")
        links.click()
        visit_dashboard.wait_until_shown(page, "One customer")
        expect(page).to_have_title("=1+1 · Customer health")


def test_what_has_to_be_renewed(page: Page, address: str) -> None:
    visit(page, address, "renewals")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows.first).to_be_visible()
    number = rows.count()
    losses = numbers(column(page, 5))
    assert losses == sorted(losses, reverse=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    header, *lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert header.startswith("product_id,end_date,days_until_end,renewal_arr,")
    assert len(lines) == number
    page.get_by_role("radio", name="30 days").click()
    nothing = page.get_by_text("No paying subscription ends within 30 days")
    expect(nothing).to_be_visible()
    page.reload()
    visit_dashboard.wait_until_shown(page, "Renewals")
    expect(nothing).to_be_visible()
    page.get_by_role("radio", name="90 days").click()
    expect(rows).to_have_count(number)
    rows.first.get_by_role("link").click()
    visit_dashboard.wait_until_shown(page, "One customer")


def test_opening_a_customer_and_going_back(page: Page, address: str) -> None:
    visit(page, address, "at_risk")
    page.get_by_label("ARR from").fill("1000")
    page.get_by_label("ARR from").press("Enter")
    expect(page).to_have_url(re.compile("arr_from=1000"))
    page.get_by_role("button", name="Logins").click()
    expect(sorted_by(page)).to_have_text("Logins ▼")
    link = page.get_by_role("table").get_by_role("link").nth(2)
    name = link.inner_text()
    link.click()
    visit_dashboard.wait_until_shown(page, "One customer")
    expect(page).to_have_url(f"{address}/customer?customer={name}")
    expect(page).to_have_title(f"{name} · Customer health")
    expect(page.get_by_role("combobox", name="Customer")).to_have_value(name)
    expect(page.get_by_role("table", name="Components of the risk score")).to_be_visible()
    page.go_back()
    visit_dashboard.wait_until_shown(page, "Customers")
    expect(sorted_by(page)).to_have_text("Logins ▼")
    expect(page).to_have_url(re.compile("sort=-logins"))
    expect(page).to_have_url(re.compile("arr_from=1000"))
    assert "customer=" not in page.url
    expect(page).to_have_title("Customers · Customer health")


def test_opening_a_customer_in_another_tab(page: Page, address: str) -> None:
    visit(page, address, "")
    link = page.get_by_role("table").get_by_role("link").first
    with page.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    visit_dashboard.wait_until_shown(opened.value, "One customer")
    expect(opened.value.get_by_role("combobox", name="Customer")).to_have_value(link.inner_text())
    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio today")


def test_choosing_a_customer_by_typing(page: Page, address: str) -> None:
    page.goto(f"{address}/customer")
    visit_dashboard.wait_until_shown(page, "One customer")
    box = page.get_by_role("combobox", name="Customer")
    box.fill("C0042")
    box.press("Enter")
    expect(page).to_have_url(f"{address}/customer?customer=C0042")
    expect(page.get_by_role("heading", name="Why this score")).to_be_visible()
    page.reload()
    visit_dashboard.wait_until_shown(page, "One customer")
    expect(box).to_have_value("C0042")


def test_the_keyboard_sorts_and_opens(page: Page, address: str) -> None:
    visit(page, address, "at_risk")
    focused = "() => document.activeElement?.shadowRoot?.activeElement?.innerText"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "Customer":
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "ARR today"
    outline = "() => getComputedStyle(document.activeElement.shadowRoot.activeElement).outlineWidth"
    assert page.evaluate(outline) == "3px"
    page.keyboard.press("Enter")
    expect(sorted_by(page)).to_have_text("ARR today ▼")
    # it is still on the button, which sorts the other way round
    assert page.evaluate(focused) == "ARR today ▼"
    page.keyboard.press("Space")
    expect(sorted_by(page)).to_have_text("ARR today ▲")
    for _ in range(6):
        page.keyboard.press("Tab")
    name = page.get_by_role("table").get_by_role("link").first.inner_text()
    assert page.evaluate(focused) == name
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/customer?customer={name}")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_a_thumb_sorts_opens_and_goes_on(page: Page, address: str) -> None:
    visit(page, address, "at_risk")
    button = page.get_by_role("button", name="Tickets")
    assert button.bounding_box()["height"] >= 32
    button.tap()
    expect(sorted_by(page)).to_have_text("Tickets ▼")
    # each bar has a line of its own, with its name
    first = page.get_by_role("table").locator("tbody tr").first
    lines = [bar.bounding_box() for bar in first.locator("td.points").all()]
    assert len({line["y"] for line in lines}) == 5
    assert all(line["x"] >= 0 and line["x"] + line["width"] <= 390 for line in lines)
    label = first.locator("td.points").last.evaluate(
        "cell => getComputedStyle(cell, '::before').content"
    )
    assert label == '"Tickets"'
    first.get_by_role("link").tap()
    visit_dashboard.wait_until_shown(page, "One customer")
    page.get_by_test_id("stExpandSidebarButton").tap()
    page.get_by_role("link", name="Data health").tap()
    visit_dashboard.wait_until_shown(page, "Data health")


def test_a_build_is_announced_and_its_data_follow(
    page: Page, portfolio: Path, tmp_path: Path
) -> None:
    database = tmp_path / "customer_health.duckdb"
    database.write_bytes(portfolio.read_bytes())
    with visit_dashboard.dashboard(database, tmp_path) as address:
        visit(page, address, "")
        paying = page.get_by_test_id("stMetricValue").first
        number = paying.inner_text()
        expect(paying).to_have_text(number)
        command = [sys.executable, "-c", LOCK, str(database)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as build:
            assert build.stdout.readline() == b"open\n"
            notice = page.get_by_text("A build is writing the database.")
            expect(notice).to_be_visible(timeout=40_000)
            expect(paying).to_have_text(number)
            build.communicate()
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "delete from customer_daily_metrics where customer_id = ("
                "select min(customer_id) from customers_enriched where total_arr > 0)"
            )
        expect(notice).to_be_hidden(timeout=40_000)
        expect(paying).to_have_text(str(int(number) - 1))
