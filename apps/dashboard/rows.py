"""Tables with bars, as HTML: Streamlit's own have no such bars, and hide most on a phone.

What comes from the database is escaped here; rows.js puts it into the page as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

# Okabe-Ito; both are told apart by every kind of sight and have a contrast of 3 on light and dark.
RAISES = "#D55E00"
LOWERS = "#0072B2"
PLAIN = "#767676"

HERE = Path(__file__).parent


def show(html: str, key: str) -> Any:
    """Shows a table; ``open`` and ``sort`` of the result say what has just been clicked."""
    colours = f":host {{ --raises: {RAISES}; --lowers: {LOWERS}; --plain: {PLAIN}; }}"
    component = st.components.v2.component(
        "customer_rows",
        html='<div class="rows"></div>',
        css=colours + (HERE / "rows.css").read_text(encoding="utf-8"),
        js=(HERE / "rows.js").read_text(encoding="utf-8"),
    )
    return component(data=html, key=key, on_open_change=lambda: None, on_sort_change=lambda: None)


def figures(values: Mapping[str, str]) -> None:
    """Shows numbers in a row, each under its label."""
    with st.container(horizontal=True):
        for label, value in values.items():
            st.metric(label, value, border=True)


def open_customer(customer_id: str) -> None:
    """Goes to the page of one customer."""
    st.switch_page("views/customer.py", query_params={"customer": customer_id})


def number(value: float | None) -> str:
    """A whole number with separators of thousands; a dash for none."""
    return "-" if value is None else f"{value:,.0f}"


def signed(value: float | None) -> str:
    """A whole number with its sign, as in +12, -3 or 0; a dash for none."""
    if value is None:
        return "-"
    return "0" if round(value) == 0 else f"{value:+,.0f}"


def days(number: int) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number:,} days"


def plain(value: str) -> str:
    """A text from the database or the address for a place where Streamlit reads Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", value)


def link(customer_id: str, *details: str | None, named: str | None = None) -> str:
    """The cell of a customer: its name or id as a link, and what is known of it below."""
    details = (customer_id, *details) if named else details
    known = escape(" · ".join(detail for detail in details if detail))
    return (
        f'<td class="key"><a href="customer?customer={quote(customer_id, safe="")}" '
        f'data-open="{escape(customer_id)}">{escape(named or customer_id)}</a>'
        f"<small>{known}</small></td>"
    )


def name(value: str, below: str) -> str:
    """The cell that says what a row is about."""
    return f'<td class="key"><strong>{escape(value)}</strong><small>{escape(below)}</small></td>'


def points(value: float | None, label: str, scale: float, *, named: bool = False) -> str:
    """A cell with a number and a bar that starts in the middle: to the right what raises the risk.

    ``scale`` is the number whose bar fills its half; ``named`` puts the label in front.
    """
    share = 50 * min(1.0, abs(value or 0) / scale)
    side, kind = ("left", "up") if (value or 0) > 0 else ("right", "down")
    filled = f'<i class="{kind}" style="{side}:50%;width:{share:.1f}%"></i>' if share else ""
    head = f'<th scope="row">{escape(label)}</th>' if named else ""
    return (
        f'{head}<td class="points" data-label="{escape(label)}">'
        f'<span class="value">{signed(value)}</span>'
        f'<span class="bar" aria-hidden="true">{filled}<b></b></span></td>'
    )


def level(shown: str, percent: float, label: str) -> str:
    """A cell with a number and a bar from the left."""
    return (
        f'<td data-label="{escape(label)}"><span class="value">{escape(shown)}</span>'
        f'<span class="bar" aria-hidden="true">'
        f'<i class="level" style="left:0;width:{percent:.1f}%"></i></span></td>'
    )


def score(value: float) -> str:
    """A cell with a score from 0 to 100."""
    return level(f"{value:.1f}", value, "Score")


def amount(value: float | None, label: str) -> str:
    """A cell with a whole number."""
    return (
        f'<td class="number" data-label="{escape(label)}">'
        f'<span class="value">{number(value)}</span></td>'
    )


def text(value: str, label: str | None = None) -> str:
    """A cell with words."""
    attribute = "" if label is None else f' data-label="{escape(label)}"'
    return f'<td class="text"{attribute}>{escape(value)}</td>'


def table(
    caption: str,
    head: Mapping[str, str],
    body: Sequence[str],
    *,
    sort: str | None = None,
    descending: bool = True,
) -> str:
    """HTML of a table: ``head`` maps columns to labels, ``body`` has the cells of each row.

    With ``sort``, the column sorted by, every label is a button.
    """
    labels = []
    for column, label in head.items():
        attributes, content = "", escape(label)
        if sort is not None:
            if column == sort:
                attributes = f' aria-sort="{"descending" if descending else "ascending"}"'
                content += f' <span aria-hidden="true">{"▼" if descending else "▲"}</span>'
            content = f'<button data-sort="{column}">{content}</button>'
        labels.append(f'<th scope="col"{attributes}>{content}</th>')
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{''.join(labels)}</tr></thead>"
        f"<tbody>{''.join(f'<tr>{cells}</tr>' for cells in body)}</tbody></table>"
    )
