"""Customers: who is at risk, who pays but is silent, who left; sorted, searched and filtered."""

from __future__ import annotations

import downloads
import filters
import queries
import rows
import streamlit as st
from snapshot import ask, database

PAGE = 25
NAME = f"{queries.ATTRIBUTE}name"
SCORES = ("at_stake", "customer_risk_score", "total_arr", *queries.COMPONENTS)
SILENT = ("total_arr", "silent_days", "at_stake", "customer_risk_score", "open_tickets")
# The columns of each list; it is sorted by the first.
COLUMNS = {
    "To call": SCORES,
    "Paying": SCORES,
    "Silent 30 days": SILENT,
    "Silent 90 days": SILENT,
    "Left": ("lost_arr", "left_after", "customer_risk_score", "open_tickets"),
    "All": ("customer_risk_score", "total_arr", *queries.COMPONENTS),
}
MEANINGS = {
    "To call": "Paying customers whose score something raises, by what can be lost.",
    "Paying": "All paying customers, by what can be lost.",
    "Silent 30 days": "Paying customers without a login for 30 days or more. The score does not "
    "show it: nothing falls any more.",
    "Silent 90 days": "Paying customers without a login for 90 days or more.",
    "Left": "Customers that stopped paying within the last 90 days.",
    "All": "All customers by score, including those that left.",
}
NOBODY = {
    "To call": "Nobody is at risk: nothing raises the score of any paying customer.",
    "Silent 30 days": "Nobody: every paying customer has a login within 30 days.",
    "Silent 90 days": "Nobody: every paying customer has a login within 90 days.",
    "Left": "Nobody has left within the last 90 days.",
}


def labels(connection: queries.Connection) -> dict[str, str]:
    """The label of each column."""
    unit = queries.unit(connection)
    attributes = queries.attributes(connection)
    return {
        "customer_id": "Customer",
        **attributes,
        "at_stake": queries.stake(connection) + unit,
        "customer_risk_score": "Score",
        "total_arr": f"ARR today{unit}",
        "silent_days": "Days silent",
        "open_tickets": "Open tickets",
        "lost_arr": f"ARR lost{unit}",
        "left_after": "Last day with ARR",
        **queries.COMPONENTS,
    }


def chosen_order(head: dict[str, str], default: str) -> tuple[str, bool]:
    """Column to sort by and whether the largest comes first, as the address says."""
    asked = st.query_params.get("sort", f"-{default}")
    column = asked.removeprefix("-")
    return (column, asked.startswith("-")) if column in head else (default, True)


def sort_by(column: str, sort: str, descending: bool) -> None:
    """A first click sorts the largest first (texts from A), a second one the other way round."""
    is_text = column == "customer_id" or column.startswith(queries.ATTRIBUTE)
    descending = not descending if column == sort else not is_text
    st.query_params["sort"] = f"-{column}" if descending else column
    st.session_state["page"] = 0


def cell(row: queries.Row, column: str, label: str, scales: dict[str, float]) -> str:
    """One value of a customer."""
    value = row[column]
    if column in queries.COMPONENTS:
        return rows.points(value, label, scales["points"])
    if column == "customer_risk_score":
        return rows.score(value)
    if column == "at_stake":
        return rows.level(rows.number(value), 100 * (value or 0) / scales["at_stake"], label)
    if column == "silent_days" and row["never_active"]:
        return rows.text(f"{value:,}, since its acquisition", label)
    if column == "left_after" or column.startswith(queries.ATTRIBUTE):
        return rows.text("-" if value is None else str(value), label)
    return rows.amount(value, label)


def page_table(
    found: list[queries.Row], head: dict[str, str], sort: str, descending: bool, caption: str
) -> str:
    """The customers of one page, bars on one scale."""
    scales = {
        "points": max(100, *(abs(row[name] or 0) for row in found for name in queries.COMPONENTS)),
        "at_stake": max(row["at_stake"] or 0 for row in found) or 1,
    }
    shown = {column: label for column, label in head.items() if column != NAME}
    body = [
        rows.link(row["customer_id"], row["region"], row["industry"], named=row.get(NAME))
        + "".join(
            cell(row, column, label, scales)
            for column, label in shown.items()
            if column != "customer_id"
        )
        for row in found
    ]
    return rows.table(caption, shown, body, sort=sort, descending=descending)


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Customers")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    which = st.segmented_control(
        "List", COLUMNS, default="To call", required=True, key="list", bind="query-params"
    )
    filtered = filters.chosen(connection)
    attributes = queries.attributes(connection)
    all_labels = labels(connection)
    head = {name: all_labels[name] for name in ("customer_id", *attributes, *COLUMNS[which])}
    sort, descending = chosen_order(head, COLUMNS[which][0])
    state = st.session_state
    if state.get("listed") != (which, filtered):
        state["listed"], state["page"] = (which, filtered), 0
    chosen = (which, filtered, sort, descending)
    found, number = ask(queries.listed, *chosen, PAGE, PAGE * state["page"])
    if not found and state["page"]:  # a build has made the list shorter
        state["page"] = 0
        st.rerun()
    if not found:
        nobody = NOBODY.get(which, "Nobody.")
        st.info("No customer matches these filters." if filtered.is_any else nobody)
        return

    first = PAGE * state["page"] + 1
    last = first + len(found) - 1
    st.caption(f"{MEANINGS[which]} {first:,} to {last:,} of {number:,} on {day}.")
    clicked = rows.show(page_table(found, head, sort, descending, which), key="at_risk")
    if clicked.open:
        rows.open_customer(clicked.open)
    if clicked.sort in head:
        sort_by(clicked.sort, sort, descending)
        st.rerun()
    step = 0
    with st.container(horizontal=True):
        if number > PAGE:
            step = -1 * st.button("Previous", disabled=first == 1)
            step += 1 * st.button("Next", disabled=last == number)
        downloads.offer(
            lambda: queries.list_frame(connection, *chosen),
            f"{which.lower().replace(' ', '_')}_{day}",
        )
    if step:
        state["page"] += step
        st.rerun()
    if set(queries.COMPONENTS) <= set(head):
        st.caption(
            "A bar is what one component adds to the raw score: to the right (orange) it raises "
            "the risk, to the left (blue) it lowers it. Products and ARR are compared with 90 days "
            "before, logins and users of 90 days with those of the 90 days before; tickets is the "
            "share of bugs, incidents and tickets of 14 days or more among the open ones."
        )


main(database().state.connection)
