"""The seeds on this DuckDB, and what is said of places that cannot be attached."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import build_project
import duckdb
import harness
import pytest
from of_seeds import (
    expected,
)
from postgres import NO_SERVER


def test_the_seeds_give_the_same_on_this_duckdb_as_everywhere(seeds_built_once: Path) -> None:
    assert duckdb.__version__.startswith("1.5.")
    harness.assert_matches_oracle(seeds_built_once, expected())
    counts = json.loads((seeds_built_once.parent / "results.json").read_text(encoding="utf-8"))
    assert {count.split()[1] for count in counts} == {"success", "pass", "no-op"}
    assert counts["test pass"] > 140
    assert counts["unit_test pass"] > 40


def run_build(db: Path, **vars: object) -> list[str]:
    """What it prints, line by line."""
    command = [sys.executable, str(harness.ROOT / "apps" / "build_project.py"), "--quiet"]
    command += [*harness.Dbt(db.parent).options(**vars), "--log-level-file", "none"]
    run = subprocess.run(
        command,
        env=os.environ | {"DUCKDB_PATH": str(db), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (run.stdout + run.stderr).splitlines()


def test_a_database_that_cannot_be_attached_is_one_line_before_dbt_starts(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUCKDB_ATTACH", "postgres:host=/nowhere dbname=crm password=secret")
    (line,) = run_build(db, source_database="postgres", source_schema="public")
    assert line.startswith(f"Nothing was built: {NO_SERVER}connection to server on socket ")
    assert "secret" not in line
    assert not db.exists()


@pytest.mark.parametrize("content", [None, "no database"])
def test_a_file_that_is_no_sqlite_database_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "it's.db"
    if content:
        file.write_text(content, encoding="utf-8")
    line = f"{file} is missing or not a SQLite database; check DUCKDB_ATTACH."
    assert build_project.cannot_attach(f"sqlite:{file}") == line
