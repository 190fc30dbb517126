"""Portfolio today: how many, how much, how endangered, and what moved in the last week."""

from __future__ import annotations

from datetime import timedelta

import charts
import queries
import rows
import streamlit as st
from snapshot import database

MOVERS = 5
FIGURES = {"customers": "Customers", "paying": "Paying customers", "arr": "ARR", "mrr": "MRR"}


def show_figures(now: queries.Row, before: queries.Row) -> None:
    """The figures of the day, each against a week before, if there was one."""
    with st.container(horizontal=True):
        for name, label in FIGURES.items():
            change = rows.signed(now[name] - before[name]) if before["customers"] else None
            st.metric(label, rows.number(now[name]), change, delta_color="off", border=True)


def show_bands(connection: queries.Connection) -> None:
    """How customers, and their ARR, are spread over the scores."""
    bands = queries.score_bands(connection)
    titles = {"customers": "Customers by risk score", "arr": "ARR by risk score"}
    for place, (column, title) in zip(st.columns(2, gap="medium"), titles.items(), strict=True):
        with place:
            st.subheader(title)
            st.altair_chart(charts.bands(bands, column, title))


def mover_table(title: str, movers: list[queries.Row]) -> str:
    """Who moved, by how many points, and because of which component most."""
    scale = max(abs(row["change"]) for row in movers)
    body = []
    for row in movers:
        extreme = max if row["change"] > 0 else min
        cause = extreme(queries.COMPONENTS, key=lambda name: row[name] or 0)
        body.append(
            rows.link(row["customer_id"], f"ARR {rows.number(row['total_arr'])}")
            + rows.score(row["customer_risk_score"])
            + rows.points(row["change"], "Change", scale)
            + rows.text(f"{queries.COMPONENTS[cause]} {rows.signed(row[cause])}", "Most of it:")
        )
    head = {"customer": "Customer", "score": "Score", "change": "Change", "cause": "Most of it"}
    return rows.table(title, head, body)


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Portfolio today")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    week_ago = day - timedelta(days=queries.WEEK)
    now, before = queries.totals(connection, day), queries.totals(connection, week_ago)
    st.caption(f"{day}, changes since {week_ago}" if before["customers"] else f"{day}")
    show_figures(now, before)
    show_bands(connection)
    titles = ("Risk rose most this week", "Risk fell most this week")
    both = queries.movers(connection, day, MOVERS)
    for place, title, movers in zip(st.columns(2, gap="medium"), titles, both, strict=True):
        with place:
            st.subheader(title)
            if not movers:
                st.caption("Nobody." if before["customers"] else "This takes a week of days.")
            elif customer_id := rows.show(mover_table(title, movers), key=title).open:
                rows.open_customer(customer_id)
    st.caption(
        "Changes are in points of the raw score, the sum of five components, which depends on the "
        "customer alone. The score places it between the calmest (0) and the most endangered "
        "customer (100) of the day."
    )


main(database().state.connection)
