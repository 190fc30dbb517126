"""Visits the dashboard with a browser: takes a picture of it, or times its pages.

    .venv-apps/bin/python dev/visit_dashboard.py picture docs/dashboard.png
    .venv-apps/bin/python dev/visit_dashboard.py measure

Both start a dashboard of their own on the database of DUCKDB_PATH, and need Chromium (CHROMIUM, or
/usr/bin/chromium).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "apps" / "dashboard" / "app.py"
WIDTH, HEIGHT = 1280, 860
VISITS = 5
MAX_BYTES = 200_000
# The pages, by path, with their headings; {} is the customer with most ARR.
PAGES = {
    "": "Portfolio today",
    "at_risk": "Customers",
    "renewals": "Renewals",
    "customer?customer={}": "One customer",
    "score": "Does the score work?",
    "data_health": "Data health",
}
LARGEST = "select arg_max(customer_id, total_arr) from customers_enriched"
# What is there, but not yet drawn: charts by Vega, tables by rows.js.
UNDRAWN = '[data-testid="stVegaLiteChart"]:not(:has(svg.marks)), .rows:empty'


@contextmanager
def dashboard(database: Path, folder: Path = ROOT) -> Iterator[str]:
    """The address of a dashboard that runs in ``folder`` until the block ends."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    server = subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=folder,
        env={**os.environ, "DUCKDB_PATH": str(database)},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium.  Raises playwright's Error if it is missing."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        # Chromium's sandbox does not work as root in a container
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def wait_until_shown(page: Page, text: str) -> None:
    """Waits until the page with this title is complete."""
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible(timeout=60_000)
    finished = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(finished).to_be_visible(timeout=60_000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def take_picture(chromium: Browser, address: str, path: Path) -> None:
    """A PNG of the customers to call.  Raises ValueError if it is too large to commit."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(f"{address}/at_risk")
    wait_until_shown(page, "Customers")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    expect(page.get_by_role("table")).to_be_visible(timeout=60_000)
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=path)
    page.close()
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {MAX_BYTES}")


def measure(chromium: Browser, address: str, path: str, heading: str) -> list[float]:
    """Seconds from the request to the shown page, charts included, for each of the visits."""
    seconds = []
    for _ in range(VISITS):
        context = chromium.new_context()  # with an empty cache, as for a new visitor
        page = context.new_page()
        start = time.monotonic()
        page.goto(f"{address}/{path}")
        wait_until_shown(page, heading)
        expect(page.locator(UNDRAWN)).to_have_count(0, timeout=60_000)
        seconds.append(time.monotonic() - start)
        context.close()
    return seconds


def main(arguments: list[str]) -> int:
    """Command line; returns the exit code."""
    database = Path(os.environ.get("DUCKDB_PATH", "customer_health.duckdb")).absolute()
    match arguments:
        case ["picture", path]:
            with dashboard(database) as address, browser() as chromium:
                take_picture(chromium, address, Path(path))
        case ["measure"]:
            with duckdb.connect(str(database), read_only=True) as connection:
                [(largest,)] = connection.sql(LARGEST).fetchall()
            print(
                f"pages of {database.name}, in seconds (first visitor, then the median of others):"
            )
            with dashboard(database) as address, browser() as chromium:
                for path, heading in PAGES.items():
                    first, *others = measure(chromium, address, path.format(largest), heading)
                    print(f"  {heading:22s} {first:5.2f} {statistics.median(others):5.2f}")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
