"""Data health: what was built, what was rejected, and what the tests said last."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import queries
import rows
import streamlit as st
from snapshot import database

REASONS = {
    "missing_key": "a needed id is missing",
    "invalid_date": "a date is missing or cannot be read",
    "invalid_number": "a number is missing or cannot be read",
    "ends_before_start": "it ends before it starts",
    "negative_value": "ARR below 0, or a quantity that is not above 0",
    "closed_before_created": "it was closed before it was created",
    "unknown_customer": "its customer is not among the accepted ones",
    "duplicate_row": "the same subscription is there once more",
    "duplicate_key": "another row has the same id",
    "duplicate_event": "the same login is there once more",
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
        "That is": "today" if age == 0 else f"{age:,} days ago" if age > 0 else f"in {-age:,} days",
        "Customers": f"{built['customers']:,}",
        "Days of customers": f"{built['customer_days']:,}",
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, value, border=True)
    if built["enriched_day"] != day:
        st.warning(
            f"customers_enriched is of {built['enriched_day']}: the last build stopped half way.",
            icon=":material/warning:",
        )


def rejections(connection: queries.Connection) -> None:
    """Rejected rows by table and reason."""
    found = queries.rejections(connection)
    if not found:
        st.success("No row was rejected.", icon=":material/check:")
        return
    number = sum(row["rows"] for row in found)
    st.caption(f"{number:,} rows were not used. Each is in rejected_records, as it was.")
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


def test_results(path: Path) -> None:
    """What the last dbt command said of the tests it ran."""
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        command = results["args"]["invocation_command"]
        at = datetime.fromisoformat(results["metadata"]["generated_at"]).astimezone()
        tests = pd.DataFrame(
            [
                {
                    "status": result["status"],
                    "test": result["unique_id"].split(".")[2],
                    "failures": result["failures"],
                    "message": result["message"],
                }
                for result in results["results"]
                if result["unique_id"].startswith(("test.", "unit_test."))
            ],
            columns=["status", "test", "failures", "message"],
        )
    except FileNotFoundError:
        st.info(f"There is no {path}: no dbt command has been run in this folder.")
        return
    except (ValueError, KeyError, TypeError):
        st.warning(f"{path} cannot be read as dbt's results.", icon=":material/warning:")
        return
    st.caption(f"`{command}`, {at:%Y-%m-%d %H:%M}")
    if tests.empty:
        st.info("This command ran no test. `make build` runs all of them.")
        return
    counts = tests["status"].value_counts()
    with st.container(horizontal=True):
        for status, label in STATUSES.items():
            if status in counts or status in ("pass", "fail"):
                st.metric(label, f"{counts.get(status, 0):,}", border=True)
    problems = tests[tests["status"] != "pass"]
    if problems.empty:
        st.success("Every test passed.", icon=":material/check:")
    else:
        st.dataframe(problems, hide_index=True)


st.title("Data health")
build(database().state.connection)
st.subheader("Rejected rows")
rejections(database().state.connection)
st.subheader("Tests")
test_results(Path(os.environ.get("DBT_TARGET_PATH", "target"), "run_results.json"))
