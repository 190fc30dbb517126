"""Customers at risk: everybody with a score, sorted and filtered, and what the score is made of."""

from __future__ import annotations

import queries
import rows
import streamlit as st
from snapshot import database

PAGE = 25
HEAD = {
    "customer_id": "Customer",
    "customer_risk_score": "Score",
    "total_arr": "ARR",
    **queries.COMPONENTS,
}


def chosen_filters(connection: queries.Connection) -> queries.Filters:
    """What the visitor chose; it stays when another page is visited in between."""
    places = iter(st.columns(4))

    def several(label: str, column: str) -> list[str]:
        options = queries.choices(connection, column)
        return next(places).multiselect(label, options, key=column, persist_state="session")

    def bound(label: str, key: str) -> float | None:
        return next(places).number_input(
            label, min_value=0, value=None, step=1000, key=key, persist_state="session"
        )

    return queries.Filters(
        regions=several("Region", "region"),
        industries=several("Industry", "industry"),
        arr_from=bound("ARR from", "arr_from"),
        arr_to=bound("ARR to", "arr_to"),
    )


def sort_by(column: str) -> None:
    """A first click sorts the largest first (names from A), a second one the other way round."""
    state = st.session_state
    again = column == state["sort"]
    state["descending"] = not state["descending"] if again else column != "customer_id"
    state["sort"], state["page"] = column, 0


def page_table(found: list[queries.Row]) -> str:
    """The customers of one page with a bar for each component, all on one scale."""
    scale = max(100, *(abs(row[name] or 0) for row in found for name in queries.COMPONENTS))
    body = [
        rows.link(row["customer_id"], row["region"], row["industry"])
        + rows.score(row["customer_risk_score"])
        + rows.amount(row["total_arr"], "ARR")
        + "".join(rows.points(row[name], text, scale) for name, text in queries.COMPONENTS.items())
        for row in found
    ]
    state = st.session_state
    return rows.table(
        "Customers by risk", HEAD, body, sort=state["sort"], descending=state["descending"]
    )


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Customers at risk")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    state = st.session_state
    state.setdefault("sort", "customer_risk_score")
    state.setdefault("descending", True)
    filters = chosen_filters(connection)
    if state.get("filters") != filters:
        state["filters"], state["page"] = filters, 0
    found, number = queries.ranked(
        connection,
        day,
        filters,
        sort=state["sort"],
        descending=state["descending"],
        limit=PAGE,
        offset=PAGE * state["page"],
    )
    if not found:
        st.info("No customer fits these filters.")
        return

    first = PAGE * state["page"] + 1
    last = first + len(found) - 1
    st.caption(f"{first:,} to {last:,} of {number:,} customers on {day}")
    clicked = rows.show(page_table(found), key="at_risk")
    if clicked.open:
        rows.open_customer(clicked.open)
    if clicked.sort in HEAD:
        sort_by(clicked.sort)
        st.rerun()
    with st.container(horizontal=True):
        step = -1 * st.button("Previous", disabled=first == 1)
        step += 1 * st.button("Next", disabled=last == number)
    if step:
        state["page"] += step
        st.rerun()
    st.caption(
        "A bar is what one component adds to the raw score: to the right (orange) it raises the "
        "risk, to the left (blue) it lowers it. Products and ARR are compared with 90 days before, "
        "logins and users of 90 days with those of the 90 days before; critical is the share of "
        "bugs, incidents and tickets of 14 days or more among the open tickets."
    )


main(database().state.connection)
