"""A missing, damaged or ambiguous file stops the build, and nothing changes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import harness
import pytest
from checked_builds import (
    MAP_NAMES,
    NEVER_HAD,
    NO_INPUT,
    Tables,
    assert_stops,
    contents,
)
from harness import Dbt
from input_files import sql_text


def _remove(folder: Path) -> None:
    (folder / "support_tickets.csv").unlink()


def _remove_all(folder: Path) -> None:
    shutil.rmtree(folder)


def _linked_folder(folder: Path) -> None:
    (folder / "support_tickets").mkdir()
    (folder / "elsewhere").mkdir()
    shutil.move(folder / "support_tickets.csv", folder / "elsewhere" / "1.csv")
    (folder / "support_tickets" / "2024").symlink_to(folder / "elsewhere", target_is_directory=True)


def _empty_folder(folder: Path) -> None:
    _remove(folder)
    (folder / "support_tickets").mkdir()
    (folder / "support_tickets" / "_SUCCESS").touch()


def _other_files(folder: Path) -> None:
    _remove(folder)
    (folder / "support_tickets").mkdir()
    (folder / "support_tickets" / "tickets.xml").touch()


def _files_in_folders(folder: Path) -> None:
    (folder / "support_tickets" / "2024").mkdir(parents=True)
    shutil.move(folder / "support_tickets.csv", folder / "support_tickets" / "2024" / "1.csv")


def _folder_for_a_file(folder: Path) -> None:
    file = folder / "support_tickets.csv"
    content = file.read_bytes()
    file.unlink()
    file.mkdir()
    (file / "part-0.csv").write_bytes(content)


def _two_cases(folder: Path) -> None:
    (folder / "Login_Events.CSV").touch()


def _repeat_column(folder: Path) -> None:
    file = folder / "customers.csv"
    lines = [f"{line},{line.split(',')[2]}" for line in file.read_text().splitlines()]
    file.write_text("\n".join([lines[0].title(), *lines[1:]]))


def _add(folder: Path, name: str, rows: bytes) -> None:
    with (folder / name).open("ab") as file:
        file.write(rows)


def _short_line(folder: Path) -> None:
    """Far from the beginning, which DuckDB samples."""
    rows = b"u1,A,admin,2024-04-01 10:00:00\n" * 30_000 + b"u1,A\n"
    _add(folder, "login_events.csv", rows)


def _long_line(folder: Path) -> None:
    _add(folder, "customers.csv", b"Z,2024-01-01,EMEA,Software,5\n")


def _other_encoding(folder: Path) -> None:
    _add(folder, "customers.csv", "Z,2024-01-01,Österreich,Software\n".encode("latin-1"))


def _two_kinds(folder: Path) -> None:
    (folder / "login_events.parquet").touch()


def _file_and_folder(folder: Path) -> None:
    (folder / "login_events").mkdir()
    (folder / "login_events" / "1.csv").touch()


def _mixed_folder(folder: Path) -> None:
    (folder / "login_events").mkdir()
    shutil.move(folder / "login_events.csv", folder / "login_events" / "1.csv")
    (folder / "login_events" / "2.parquet").touch()


def _rename_column(folder: Path) -> None:
    file = folder / "subscriptions.csv"
    file.write_text(file.read_text().replace("arr\n", "ARR_EUR\n", 1))


def _several_things(folder: Path) -> None:
    _remove(folder)
    (folder / "login_events.csv").unlink()
    file = folder / "subscriptions.csv"
    file.write_text(file.read_text().replace("end_date,arr\n", "End,MRR\n", 1))
    _repeat_column(folder)


def _rename_parquet_column(folder: Path) -> None:
    _remove(folder)
    duckdb.sql("SELECT 1 AS ticket_id, 2 AS customer_id, 'open' AS Status").write_parquet(
        str(folder / "support_tickets.parquet")
    )


def _tildes(folder: Path) -> None:
    file = folder / "customers.csv"
    file.write_text(file.read_text().replace(",", "~"))


def _no_header(folder: Path) -> None:
    file = folder / "customers.csv"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))


def _nothing_in_it(folder: Path) -> None:
    (folder / "customers.csv").write_bytes(b"")


def _one_file_of_two(folder: Path) -> None:
    (folder / "subscriptions").mkdir()
    file = folder / "subscriptions" / "1.csv"
    shutil.move(folder / "subscriptions.csv", file)
    rows = list(csv.DictReader(file.open(newline="")))
    with (folder / "subscriptions" / "2.csv").open("w", newline="") as other:
        writer = csv.DictWriter(
            other, [name for name in rows[0] if name != "end_date"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)


BETWEEN = "Put commas, semicolons, tabs or | between the values."

NO_TICKETS = NO_INPUT.replace("{1}", "support_tickets")

BAD_FILES: list[tuple[Callable[[Path], None], str]] = [
    (_remove, f"{NO_TICKETS} {NEVER_HAD.format('support_tickets')}"),
    (
        _other_files,
        "data_dir: {0}/support_tickets/tickets.xml would be ignored: it is none of .parquet, "
        ".csv, .tsv, .json, .jsonl, .ndjson and .xlsx, or move it away.",
    ),
    (
        _files_in_folders,
        "data_dir: {0}/support_tickets/2024/1.csv would be ignored; "
        "files have to be directly in {0}/support_tickets/. Move it away.",
    ),
    (
        _linked_folder,
        "data_dir: {0}/support_tickets/2024/1.csv would be ignored; "
        "files have to be directly in {0}/support_tickets/. Move it away.",
    ),
    (_empty_folder, f"{NO_TICKETS} {NEVER_HAD.format('support_tickets')}"),
    (
        _folder_for_a_file,
        "data_dir: {0}/support_tickets.csv is a folder; call it {0}/support_tickets. "
        f"{NEVER_HAD.format('support_tickets')}",
    ),
    (
        _remove_all,
        "data_dir: no file in {0}, or no such folder; a relative path starts where dbt is started.",
    ),
    (
        _two_kinds,
        "data_dir: more than one input for login_events: "
        "{0}/login_events.csv and {0}/login_events.parquet; keep one of them.",
    ),
    (
        _two_cases,
        "data_dir: more than one input for login_events: "
        "{0}/Login_Events.CSV and {0}/login_events.csv; keep one of them.",
    ),
    (
        _file_and_folder,
        "data_dir: more than one input for login_events: "
        "{0}/login_events.csv and {0}/login_events/1.csv; keep one of them.",
    ),
    (
        _mixed_folder,
        "data_dir: more than one input for login_events: "
        "{0}/login_events/1.csv and {0}/login_events/2.parquet; keep one of them.",
    ),
    (
        _rename_column,
        "{0}/subscriptions.csv has no column arr; "
        f"it has customer_id, product_id, quantity, start_date, end_date, arr_eur. {MAP_NAMES}",
    ),
    (
        _rename_parquet_column,
        "{0}/support_tickets.parquet has no column created_date, ticket_category or closed_date; "
        f"it has ticket_id, customer_id, status. {MAP_NAMES}",
    ),
    (
        _several_things,
        f"{NO_INPUT.replace('{1}', 'login_events')} {NO_TICKETS} "
        "{0}/customers.csv has the column region more than once; rename one of them. "
        "{0}/subscriptions.csv has no column end_date or arr; "
        f"it has customer_id, product_id, quantity, start_date, end, mrr. {MAP_NAMES} "
        f"{NEVER_HAD.format('login_events, support_tickets')}",
    ),
    (
        _repeat_column,
        "{0}/customers.csv has the column region more than once; rename one of them.",
    ),
    (
        _tildes,
        "{0}/customers.csv has no column customer_id or acquisition_date; "
        f"it has customer_id~acquisition_date~region~industry. {BETWEEN}",
    ),
    (
        _no_header,
        "{0}/customers.csv has no column customer_id or acquisition_date; "
        f"it has a, 2024-01-01, emea, software. {MAP_NAMES}",
    ),
    (_nothing_in_it, "{0}/customers.csv is empty; it needs a header with the column names."),
    (
        _one_file_of_two,
        "{0}/subscriptions/2.csv has no column end_date; "
        f"it has customer_id, product_id, quantity, start_date, arr. {MAP_NAMES}",
    ),
    (
        _short_line,
        "{0}/login_events.csv, line 30012: Expected Number of Columns: 4 Found: 2",
    ),
    (
        _long_line,
        "{0}/customers.csv, line 7: Expected Number of Columns: 4 Found: 5",
    ),
    (
        _other_encoding,
        "{0}/customers.csv, line 7: Invalid unicode (byte sequence mismatch) detected. "
        "This file is not utf-8 encoded. Set csv_encoding (cp1252 or utf-16), or "
        "save it as UTF-8.",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "line"), BAD_FILES, ids=[spoil.__name__.strip("_") for spoil, _ in BAD_FILES]
)
def test_a_missing_file_or_column_stops_the_build(
    handmade_built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    inputs: Path,
    spoil: Callable[[Path], None],
    line: str,
) -> None:
    spoil(inputs)
    shutil.copy(handmade_built[0], db)
    assert_stops(dbt, db, line.format(inputs), data_dir=str(inputs), empty_inputs=[])


@pytest.mark.parametrize(
    ("spoil", "line"), [case for case in BAD_FILES if case[0] in (_remove, _rename_column)]
)
def test_a_new_database_stays_empty(
    dbt: Dbt, db: Path, inputs: Path, spoil: Callable[[Path], None], line: str
) -> None:
    spoil(inputs)
    assert_stops(dbt, db, line.format(inputs), data_dir=str(inputs), empty_inputs=[])
    assert contents(db) == {}


def test_a_truncated_parquet_file_stops_the_build(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path
) -> None:
    file = inputs / "customers.parquet"
    duckdb.sql(f"FROM read_csv({sql_text(inputs / 'customers.csv')})").write_parquet(str(file))
    (inputs / "customers.csv").unlink()
    file.write_bytes(file.read_bytes()[:-40])
    shutil.copy(handmade_built[0], db)
    before = contents(db)
    with pytest.raises(harness.DbtFailed, match=str(file)):
        dbt("run", db=db, data_dir=str(inputs))
    assert contents(db) == before


def test_two_places_at_once_stop_the_build(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path
) -> None:
    line = "Set data_dir or source_schema, not both."
    shutil.copy(handmade_built[0], db)
    assert_stops(dbt, db, line, data_dir=str(inputs), source_schema="main")
