"""Builds of the seeds, wherever they are, against the oracle."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import harness
import input_files
import oracle
import yaml
from harness import Dbt

TODAY = datetime.now(UTC).date()

SEEDS = input_files.read_csv(harness.ROOT / "seeds")

TABLES = tuple(oracle.INPUT_COLUMNS)

DAILY = "customer_daily_metrics"

# A late login: the days from its own on change.
LATE = {
    "user_id": "U-late",
    "customer_id": "C0001",
    "user_type": "standard",
    "login_timestamp": "2025-06-15 23:59:59",
}

NAMES = {
    "customers": "Accounts (all)",
    "subscriptions": "Abos",
    "login_events": "customers",
    "support_tickets": "it's open",
}


@cache
def expected(late: bool = False) -> oracle.Result:
    logins = [*SEEDS["login_events"], *([LATE] if late else [])]
    return oracle.compute({**SEEDS, "login_events": logins}, oracle.Settings(run_day=TODAY))


def assert_builds(dbt: Dbt, db: Path, **vars: object) -> None:
    """Every cell of a first build is what the oracle says, and a second one changes nothing."""
    assert dbt("run", db=db, **vars).said_of(DAILY) == ["rebuilding every day: first build"]
    harness.assert_matches_oracle(db, expected())
    assert dbt("run", db=db, **vars).said_of(DAILY) == ["nothing changed"]


def assert_lives(dbt: Dbt, db: Path, add_late_row: Callable[[], object], **vars: object) -> None:
    """The same, and a late row is built from its day on, as in a full refresh."""
    assert_builds(dbt, db, **vars)
    add_late_row()
    said = ["rebuilding 2025-06-15 … 2025-12-31: 1 day changed (login_events)"]
    assert dbt("run", db=db, **vars).said_of(DAILY) == said
    harness.assert_matches_oracle(db, expected(late=True))


def documented_command(kind: str) -> tuple[str, dict[str, object]]:
    """The DUCKDB_ATTACH and the settings of a command in docs/your_data.md."""
    text = (harness.ROOT / "docs" / "your_data.md").read_text(encoding="utf-8")
    ((place, vars),) = re.findall(rf"DUCKDB_ATTACH=({kind}:\S+) make attach VARS='(.*)'", text)
    return place, yaml.safe_load(vars)
