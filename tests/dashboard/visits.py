"""Visits of the pages in a browser."""

from __future__ import annotations

import visit_dashboard
from playwright.sync_api import Locator, Page

TITLES = {
    "": "Portfolio today",
    "at_risk": "Customers",
    "at_risk?list=Silent+30+days": "Customers",
    "at_risk?list=Left": "Customers",
    "renewals": "Renewals",
    "customer?customer=C0001": "One customer",
    "score": "Does the score work?",
    "data_health": "Data health",
}

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def visit(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    visit_dashboard.wait_until_shown(page, TITLES[path])


def column(page: Page, number: int) -> list[str]:
    """The values of a column of the customers at risk."""
    cells = page.get_by_role("table").locator(f"tbody td:nth-child({number}) .value")
    return cells.all_inner_texts()


def sorted_by(page: Page) -> Locator:
    return page.locator("th[aria-sort]")


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace(",", "")) for text in texts]
