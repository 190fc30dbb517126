"""Renewals: what ends soon and is not renewed yet, where most can be lost first."""

from __future__ import annotations

import downloads
import filters
import queries
import rows
import streamlit as st
from snapshot import ask, database

PERIODS = {"30 days": 30, "60 days": 60, "90 days": 90}
MOST = 100
OWNER = f"{queries.ATTRIBUTE}owner"


def table(found: list[queries.Row], stake: str, unit: str) -> str:
    """Renewals with their customers."""
    most = max(row["renewal_at_stake"] or 0 for row in found) or 1
    body = [
        rows.link(
            row["customer_id"],
            row["region"],
            row["industry"],
            named=row.get(f"{queries.ATTRIBUTE}name"),
        )
        + rows.text(row["product_id"], "Product")
        + rows.text(f"{row['end_date']} ({rows.days(row['days_until_end'])})", "Ends")
        + rows.amount(row["renewal_arr"], f"ARR{unit}")
        + rows.level(
            rows.number(row["renewal_at_stake"]),
            100 * (row["renewal_at_stake"] or 0) / most,
            f"{stake}{unit}",
        )
        + rows.score(row["customer_risk_score"])
        + (rows.text(row[OWNER] or "-", "Owner") if OWNER in row else "")
        for row in found
    ]
    head = {
        **{"customer": "Customer", "product": "Product", "ends": "Ends", "arr": f"ARR{unit}"},
        **{"stake": f"{stake}{unit}", "score": "Score"},
    }
    if OWNER in found[0]:
        head["owner"] = "Owner"
    return rows.table("Renewals", head, body)


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Renewals")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    period = st.segmented_control(
        "Ends within", PERIODS, default="90 days", required=True, key="within", bind="query-params"
    )
    filtered = filters.chosen(connection)
    asked = (PERIODS[period], filtered)
    found = ask(queries.renewals, *asked)
    if not found:
        st.info(f"No paying subscription ends within {period} without being renewed.")
        return
    unit = queries.unit(connection)
    stake = queries.stake(connection)
    figures = {
        "To renew": f"{len(found):,}",
        f"ARR{unit}": rows.number(sum(row["renewal_arr"] for row in found)),
        f"{stake}{unit}": rows.number(sum(row["renewal_at_stake"] or 0 for row in found)),
    }
    rows.figures(figures)
    if clicked := rows.show(table(found[:MOST], stake, unit), key="renewals").open:
        rows.open_customer(clicked)
    if len(found) > MOST:
        st.caption(f"{len(found) - MOST:,} more, with less at stake, are in the files.")
    with st.container(horizontal=True):
        downloads.offer(
            lambda: queries.renewals_frame(connection, *asked), f"renewals_{PERIODS[period]}_{day}"
        )
    st.caption(
        f"Subscriptions that end within {period} of {day} and are not followed by another one of "
        f"the same product. {stake} is the customer's, in proportion to the ARR of the renewal."
    )


main(database().state.connection)
