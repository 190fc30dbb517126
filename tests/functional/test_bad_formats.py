"""Files that cannot be read are rejected in one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
import pytest
from harness import Dbt
from input_files import Rows, Write, as_csv, as_json, as_lines, packed, put

HANDMADE = input_files.read_csv(harness.HANDMADE)


def renamed(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: shutil.move(folder / old, folder / new)


def added(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(b"PK")


def written(name: str, write: Write) -> Callable[[Path], None]:
    """The rows of a table in another file."""

    def change(folder: Path) -> None:
        table = name.partition(".")[0]
        (folder / f"{table}.csv").unlink()
        (folder / name).write_bytes(write(HANDMADE[table]))

    return change


def _nested(rows: Rows) -> bytes:
    return json.dumps({"data": rows, "next": None}).encode()


EXPECTED = (
    "data_dir: no input for customers; expected {0}/customers with the ending .csv, .tsv, .json, "
    ".jsonl, .ndjson (each also .gz), .parquet or .xlsx, or a folder {0}/customers/ of files of "
    "one such kind. {0}/"
)

MORE = "data_dir: more than one input for customers: {0}/customers.csv and {0}/"

TITLE = "{0}/customers.csv: the first line is a title, the header is in line "

UTF8 = "Set csv_encoding (cp1252 or utf-16), or save it as UTF-8."

INVALID = (
    f"Invalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded. {UTF8}"
)

BAD_FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "zip": (
        renamed("customers.csv", "customers.csv.zip"),
        EXPECTED + "customers.csv.zip is not read: it is compressed; unpack it.",
    ),
    "zip beside": (
        added("customers.zip"),
        MORE + "customers.zip (it is compressed; unpack it); keep one of them.",
    ),
    "parquet.gz": (
        renamed("customers.csv", "customers.parquet.gz"),
        EXPECTED + "customers.parquet.gz is not read: it is compressed; unpack it "
        "(only CSV and JSON may be .gz).",
    ),
    "xls beside": (
        added("customers.xls"),
        MORE + "customers.xls (it is a spreadsheet of another kind; save it as .xlsx, or as CSV "
        "UTF-8); keep one of them.",
    ),
    "txt": (
        renamed("customers.csv", "Customers.txt"),
        EXPECTED + "Customers.txt is not read: if it is a CSV, rename it to .csv.",
    ),
    "something beside": (
        added("customers.bak"),
        MORE + "customers.bak (it is none of .parquet, .csv, .tsv, .json, .jsonl, .ndjson and "
        ".xlsx); keep one of them.",
    ),
    "two endings": (
        added("customers.2024.csv"),
        MORE
        + "customers.2024.csv (there is something between its name and its ending); keep one of "
        "them.",
    ),
    "another name": (
        renamed("customers.csv", "Customers (1).csv"),
        EXPECTED + "Customers (1).csv is not read: its name is different.",
    ),
    "json beside": (added("customers.json"), MORE + "customers.json; keep one of them."),
    "a title": (
        written("customers.csv", as_csv(before="Customers, 2024\n\n")),
        TITLE + "3. Delete the lines above it.",
    ),
    "what Excel puts there": (
        written("customers.csv", as_csv(";", before="sep=;\n")),
        TITLE + "2. Delete the line above it.",
    ),
    "a blank line": (
        written("customers.csv", as_csv(before="\r\n", newline="\r\n")),
        "{0}/customers.csv: the first line is blank, the header is in line 2. Delete the line "
        "above it.",
    ),
    "a title in UTF-16": (
        written("customers.csv", as_csv(";", "utf-16", before="€\n")),
        TITLE + "2. Delete the line above it.",
    ),
    "a header that is not UTF-8": (
        written("customers.csv", as_csv(encoding="cp1252", before="ü,")),
        "{0}/customers.csv, line 1: " + INVALID,
    ),
    "a line that is not UTF-8": (
        written("customers.csv", lambda rows: as_csv()(rows) + b"Z,2024-01-01,\xfc,x\n"),
        "{0}/customers.csv, line 7: " + INVALID,
    ),
    "UTF-16 packed": (
        written("customers.csv.gz", packed(as_csv(encoding="utf-16"))),
        "{0}/customers.csv.gz, line 1: " + INVALID,
    ),
    "UTF-16 the other way round": (
        written("customers.csv", lambda rows: b"\xfe\xff" + as_csv(encoding="utf-16-be")(rows)),
        "{0}/customers.csv is big-endian UTF-16 (it begins with FE FF); save it as UTF-8.",
    ),
    "an emoji in UTF-16": (
        written(
            "customers.csv",
            lambda rows: as_csv(encoding="utf-16")(rows[:1]) + "🙂".encode("utf-16-le"),
        ),
        "{0}/customers.csv has characters beyond 16 bits, such as emoji, which DuckDB cannot "
        "read in UTF-16; save it as UTF-8.",
    ),
    "two delimiters": (
        written("customers.csv", lambda rows: as_csv(";")(rows).replace(b";", b",", 1)),
        "{0}/customers.csv has no column acquisition_date; it has customer_id, "
        "acquisition_date;region;industry. Map other column names with column_map.",
    ),
    "a line too short": (
        written(
            "customers.csv", lambda rows: as_csv("\t", "utf-16")(rows) + "x\t\n".encode("utf-16-le")
        ),
        "{0}/customers.csv, line 7: Expected Number of Columns: 4 Found: 2",
    ),
    "JSON in a record": (
        written("customers.json", _nested),
        "{0}/customers.json has no column customer_id or acquisition_date; it has data, next. "
        "A list within a record is not read; save the list alone.",
    ),
    "JSON without a column": (
        written("customers.json", lambda rows: as_lines()(rows).replace(b"acquisition", b"Signup")),
        "{0}/customers.json has no column acquisition_date; it has signup_date, customer_id, "
        "industry, region. Map other column names with column_map.",
    ),
    "JSON that breaks off": (
        written("customers.json", lambda rows: as_json()(rows)[:-40].rpartition(b",")[0] + b","),
        'Invalid Input Error: Malformed JSON in file "{0}/customers.json", at byte',
    ),
    "JSON that breaks off after a record": (
        written("customers.json", lambda rows: as_json()(rows).rpartition(b"{")[0]),
        'Invalid Input Error: Malformed JSON in file "{0}/customers.json", at byte',
    ),
    "JSON lines with a list": (
        written("customers.jsonl", lambda rows: as_lines()(rows) + b"\n[1, 2]\n"),
        'Invalid Input Error: JSON transform error in file "{0}/customers.jsonl", in ',
    ),
    "JSON with a key twice": (
        written(
            "customers.json", lambda rows: as_json()(rows).replace(b'"A"', b'"A", "region": 1', 1)
        ),
        'Invalid Input Error: JSON transform error in file "{0}/customers.json", in record/value',
    ),
    "JSON with two spellings of a key": (
        written("customers.json", lambda rows: as_lines()(rows).replace(b"region", b"Region", 1)),
        "{0}/customers.json has the column region more than once; rename one of them.",
    ),
    "JSON in UTF-16": (
        written("customers.json", as_json(encoding="utf-16")),
        "{0}/customers.json, line 1: not UTF-8, as JSON has to be; save it as UTF-8.",
    ),
    "JSON in latin-1": (
        written("customers.json", lambda rows: b"\xfc" + as_json()(rows)),
        "{0}/customers.json, line 1: not UTF-8, as JSON has to be; save it as UTF-8.",
    ),
    "a spreadsheet": (
        renamed("customers.csv", "customers.xlsx"),
        "{0}/customers.xlsx cannot be read: DuckDB's extension excel is not installed. Save the "
        "sheet as CSV UTF-8 and move the .xlsx away, or install it if your version has "
        "one: INSTALL excel.",
    ),
}


@pytest.mark.parametrize(("spoil", "line"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_one_line(
    dbt: Dbt, db: Path, tmp_path: Path, spoil: Callable[[Path], Any], line: str
) -> None:
    inputs = put(HANDMADE, tmp_path / "inputs", {})
    spoil(inputs)
    run = dbt("run", db=db, data_dir=str(inputs), check=False)
    assert not run.success
    assert [found for found in run.findings if found.startswith(line.format(inputs))], run.findings
    with duckdb.connect(str(db)) as connection:
        assert connection.execute("from duckdb_tables()").fetchall() == []


def test_amounts_in_two_currencies_stop_the_build(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    world = {table: [dict(row) for row in rows] for table, rows in HANDMADE.items()}
    for row, currency in zip(world["subscriptions"], ("€ ", "EUR", "€", "CHF 1x"), strict=False):
        row["arr"] = f"{currency}{row['arr']}"
    inputs = put(world, tmp_path / "inputs", {})
    assert dbt("run", db=db, data_dir=str(inputs), decimal_separator=".").success
    world["subscriptions"][3]["arr"] = "CHF 10"
    put(world, inputs, {})
    run = dbt("run", db=db, data_dir=str(inputs), decimal_separator=".", check=False)
    assert (
        "subscriptions: arr is in CHF and in EUR, which cannot be added up; convert it to one "
        "currency." in run.findings
    )
