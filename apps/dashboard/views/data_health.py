"""Data health: what was built and rejected, and the latest results of tests and models."""

from __future__ import annotations

from datetime import date

import queries
import rows
import streamlit as st
from snapshot import database

REASONS = {
    "missing_key": "a needed id is missing",
    "invalid_date": "a date is missing or cannot be read",
    "invalid_number": "a number is missing or cannot be read",
    "ends_before_start": "it ends before it starts",
    "negative_value": "ARR is below 0, or quantity is 0 or less",
    "closed_before_created": "it was closed before it was created",
    "unknown_customer": "its customer is unknown or rejected",
    "duplicate_row": "a duplicate of another subscription",
    "duplicate_key": "another row has the same id",
    "duplicate_event": "a duplicate of another login",
    "ignored_status": "its status is among ignored_ticket_statuses",
}

STATUSES = {
    "pass": "Passed",
    "fail": "Failed",
    "warn": "Warned",
    "error": "Broken",
    "skipped": "Skipped",
}


def build(connection: queries.Connection) -> None:
    """The last day and the size of the tables."""
    built = queries.build(connection)
    day = built["last_day"]
    if day is None:
        st.info("The last build has no days yet.")
        return
    age = (date.today() - day).days
    figures = {
        "Last day built": f"{day}",
        "That is": "today"
        if age == 0
        else f"{rows.days(age)} ago"
        if age > 0
        else f"in {rows.days(-age)}",
        "Customers": f"{built['customers']:,}",
        "Days of customers": f"{built['customer_days']:,}",
    }
    rows.figures(figures)
    if built["enriched_day"] != day:
        st.warning(
            f"customers_enriched is of {built['enriched_day']}: the last build did not finish.",
            icon=":material/warning:",
        )


def rejections(connection: queries.Connection) -> None:
    """Rejected rows by table and reason."""
    found = queries.rejections(connection)
    if not found:
        st.success("No row was rejected.", icon=":material/check:")
        return
    number = sum(row["rows"] for row in found)
    st.caption(f"{number:,} rows were rejected. Each is in rejected_records, as delivered.")
    most = max(row["rows"] for row in found)
    body = [
        rows.name(row["reason"], row["source_table"])
        + rows.level(f"{row['rows']:,}", 100 * row["rows"] / most, "Rows")
        + rows.text(REASONS.get(row["reason"], ""))
        + rows.text(row["examples"] or "", "Such as")
        for row in found
    ]
    head = {"reason": "Reason", "rows": "Rows", "meaning": "Meaning", "examples": "Such as"}
    rows.show(rows.table("Rejected rows", head, body), key="rejected")


def results(connection: queries.Connection) -> None:
    """The latest result of each test, and failed models."""
    nodes = queries.results(connection)
    if nodes is None:
        st.info("No run has stored results in this database yet; run `make build`.")
        return
    tests = nodes[nodes["resource_type"].isin(["test", "unit_test"])]
    if tests.empty:
        st.info("No test has run in this database yet; run `make build`.")
    else:
        newest = tests.loc[tests["finished_at"].idxmax()]
        at = newest["finished_at"].tz_localize("UTC").to_pydatetime().astimezone()
        st.caption(
            f"Latest result of each test in this database, the newest by "
            f"`dbt {newest['command']}`, {at:%Y-%m-%d %H:%M}"
        )
        counts = tests["status"].value_counts()
        rows.figures(
            {
                label: f"{counts.get(status, 0):,}"
                for status, label in STATUSES.items()
                if status in counts or status in ("pass", "fail")
            }
        )
    problems = nodes[~nodes["status"].isin(["pass", "success"])]
    if not problems.empty:
        st.dataframe(problems.drop(columns=["command", "finished_at"]), hide_index=True)
    elif not tests.empty:
        st.success("Every test passed.", icon=":material/check:")


st.title("Data health")
build(database().state.connection)
st.header("Rejected rows")
rejections(database().state.connection)
st.header("Tests")
results(database().state.connection)
