"""An export with everything that is ugly at once."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from pathlib import Path

import harness
import input_files
import oracle
from checked_builds import (
    TODAY,
    Check,
)

UGLY = harness.ROOT / "tests" / "fixtures" / "ugly"


def ugly_world() -> input_files.RawWorld:
    """The rows of UGLY, read by Python, with our column names."""
    files = {
        "customers": [UGLY / "customers.csv"],
        "subscriptions": [UGLY / "subscriptions.csv.gz"],
        "login_events": sorted((UGLY / "login_events").glob("*.[cC]*")),
        "support_tickets": [UGLY / "support_tickets.csv"],
    }
    names = {"ticket id": "ticket_id", "created_at": "login_timestamp"}
    world: input_files.RawWorld = {}
    for table, paths in files.items():
        world[table] = []
        for path in paths:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            for row in rows:
                cells = {names.get(name.lower(), name.lower()): text for name, text in row.items()}
                world[table].append({name: cells[name] for name in oracle.INPUT_COLUMNS[table]})
    return world


def test_messy_exports_match_the_oracle(check: Check, db: Path) -> None:
    """A byte order mark, CRLF, gzip, quoted commas and line breaks, columns in any order."""
    succeeded, said = check(
        db,
        data_dir=str(UGLY),
        column_map={
            "login_events": {"login_timestamp": "Created_At"},
            "support_tickets": {"ticket_id": "ticket id"},
        },
        max_rejected_share=1,
        source_check_severity="off",
    )
    assert succeeded, said
    with (UGLY / "expected_rejects.csv").open(newline="") as file:
        expected = Counter(tuple(row) for row in list(csv.reader(file))[1:])
    rejected = harness.read_table(db, "rejected_records")
    found = Counter(
        (
            row["source_table"],
            row["reason"],
            # either of two equal events may be kept
            re.sub(r"[|][^|]*$", "|*", row["record_key"])
            if row["reason"] == "duplicate_event"
            else row["record_key"] or "",
        )
        for row in rejected
    )
    assert found == expected
    harness.assert_matches_oracle(db, oracle.compute(ugly_world(), oracle.Settings(run_day=TODAY)))
    # the record has all other columns too
    names = {json.loads(row["record"]).get("Account Name") for row in rejected}
    assert {"Two\r\nlines", "Dates as in a spreadsheet", "No date", "Nobody"} <= names
