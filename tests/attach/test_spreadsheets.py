"""Inputs in spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import build_project
import harness
import input_files
import oracle
from harness import Dbt
from input_files import put
from of_seeds import (
    SEEDS,
    TABLES,
    TODAY,
    assert_builds,
)
from openpyxl import Workbook

DATES = {name for name in sum(oracle.INPUT_COLUMNS.values(), ()) if re.search("date|time", name)}


def as_cell(column: str, text: str | None) -> object:
    """A spreadsheet cell: dates and numbers are typed, except dates far ahead."""
    if not text or (text > "2173" and column in DATES):
        return text or None
    if column in DATES and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if column in DATES and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return datetime.fromisoformat(text)
    if column in ("quantity", "arr") and re.fullmatch(r"\d+([.]\d+)?", text):
        return float(text)
    return text


def write_sheet(file: Path, rows: Sequence[Mapping[str, str | None]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append([*rows[0]])
    for row in rows:
        sheet.append([as_cell(*entry) for entry in row.items()])
    # only the first one is read
    book.create_sheet("Notes").append(["nothing"])
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)


def test_spreadsheets_with_dates_and_numbers_give_the_same_as_the_seeds(
    dbt: Dbt, db: Path, tmp_path: Path
) -> None:
    inputs = tmp_path / "it's"
    for table in ("customers", "subscriptions", "support_tickets"):
        write_sheet(inputs / f"{table}.xlsx", SEEDS[table])
    for number in (0, 1):
        write_sheet(inputs / "login_events" / f"{number}.xlsx", SEEDS["login_events"][number::2])
    assert_builds(dbt, db, data_dir=str(inputs))


def test_a_spreadsheet_is_read_as_it_is_shown(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """With bad rows too, where a column has texts beside dates or numbers."""
    handmade = input_files.read_csv(harness.HANDMADE)
    for table in TABLES:
        write_sheet(tmp_path / "inputs" / f"{table}.xlsx", handmade[table])
    dbt("run", db=db, data_dir=str(tmp_path / "inputs"))
    harness.assert_matches_oracle(db, oracle.compute(handmade, oracle.Settings(run_day=TODAY)))


def test_a_damaged_spreadsheet_is_named_in_one_line(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    inputs = put(SEEDS, tmp_path / "inputs", {})
    (inputs / "customers.csv").rename(inputs / "customers.xlsx")
    run = dbt("run", db=db, data_dir=str(inputs), check=False)
    listener = build_project.Listener()
    for event in run.events:
        listener.hear(event)
    line = f"{inputs / 'customers.xlsx'}, or a file beside it, is damaged; export it again."
    assert build_project.failures(run.outcome, listener.files) == [line]
