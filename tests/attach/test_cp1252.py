"""CSV files in cp1252, which DuckDB reads with its extension encodings."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
from harness import Dbt
from input_files import as_csv, packed, put

HANDMADE = input_files.read_csv(harness.HANDMADE)
# every character of cp1252, and what a CSV has to quote
TEXTS = (
    *(bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0x100)),
    *(
        "",
        " ",
        "a\nb",
        "a\r\nb",
        '"',
        '""',
        ',"',
        ';"',
        "a;b",
        "\t",
        "\\",
        "\\x41",
        "%41",
        "„ü“ß€ß",
    ),
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


def test_files_in_cp1252_give_the_same_as_in_utf8(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """Also packed, with other delimiters, and beside files whose byte order mark says otherwise."""
    world = input_files.beyond_ascii(HANDMADE)
    files = {
        "customers/1.csv": as_csv(";", "cp1252", "\r\n"),
        "customers/2.tsv": as_csv("\t", "cp1252", change=str.upper),
        "customers/3.csv": as_csv(",", "utf-8-sig"),
        "login_events.csv.gz": packed(as_csv("|", "cp1252")),
        "subscriptions.csv": as_csv(encoding="utf-16"),
    }
    inputs = put(world, tmp_path / "inputs", files)
    dbt("run", db=db, data_dir=str(inputs), csv_encoding="cp1252")
    settings = oracle.Settings(run_day=datetime.now(UTC).date())
    harness.assert_matches_oracle(db, oracle.compute(world, settings))


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_every_text_survives(dbt: Dbt, db: Path, tmp_path: Path, delimiter: str) -> None:
    inputs = put(HANDMADE, tmp_path / "inputs", {"customers.csv": as_csv(delimiter, "cp1252")})
    call = "{{ customer_health.raw_table('customers') }}"
    vars = {"data_dir": str(inputs), "csv_encoding": "cp1252"}
    (node,) = dbt("compile", "--inline", call, db=db, **vars).nodes
    query = f"select * from {node.node.compiled_code}"
    rng = random.Random(delimiter)
    columns = oracle.INPUT_COLUMNS["customers"]
    with duckdb.connect() as duck:
        duck.execute("load encodings")
        for number in (1, 2, 8, 40, 300, 3000, 30000):
            rows = [rng.choices(TEXTS, k=4) for _ in range(number)]
            text = io.StringIO()
            newline = rng.choice(("\n", "\r\n"))
            csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(
                [columns, *rows]
            )
            (inputs / "customers.csv").write_bytes(text.getvalue().encode("cp1252"))
            found = [[text or "" for text in row] for row in duck.execute(query).fetchall()]
            assert sorted(found) == sorted(rows), number


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'A,2024-01-01,"a"b,c\n', "line 2: Value with unterminated quote found."),
        (
            b"A,2024-01-01,\x81,c\n",
            "line 2: Invalid unicode (byte sequence mismatch) detected. This file is not cp1252 "
            "encoded.",
        ),
        (b'A,2024-01-01,"\n\x80"\n', "line 2: Expected Number of Columns: 4 Found: 3"),
        (b"A,2024-01-01,\x80,b,c\n", "line 2: Expected Number of Columns: 4 Found: 5"),
    ],
)
def test_a_line_that_is_not_cp1252_stops_the_build(
    dbt: Dbt, db: Path, tmp_path: Path, content: bytes, line: str
) -> None:
    header = b"customer_id,acquisition_date,region,industry\n"
    inputs = put(HANDMADE, tmp_path / "inputs", {"customers.csv": lambda rows: header + content})
    run = dbt("run", db=db, data_dir=str(inputs), csv_encoding="cp1252", check=False)
    assert f"{inputs}/customers.csv, {line}" in run.findings


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_without_a_meaning_is_found_wherever_it_is(
    dbt: Dbt, db: Path, tmp_path: Path, byte: int
) -> None:
    """In the header, and far behind what DuckDB reads at a time."""
    number = 200_000
    rows = b"A,2024-01-01,EMEA,Soft\x80\n" * number
    header = b"customer_id,acquisition_date,region,industry"
    for content, line in (
        (header + b",\x80" + bytes([byte]) + b"\n" + rows[:25], 1),
        (header + b"\n" + rows + b"A,2024-01-01," + bytes([byte]) + b",x\n", number + 2),
    ):
        files = {"customers.csv": lambda _, content=content: content}
        inputs = put(HANDMADE, tmp_path / f"line {line}", files)
        run = dbt("run", db=db, data_dir=str(inputs), csv_encoding="cp1252", check=False)
        assert [f for f in run.findings if f.startswith(f"{inputs}/customers.csv, line {line}: I")]
