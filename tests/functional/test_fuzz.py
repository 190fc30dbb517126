"""One input file at a time is damaged at random.

Either the build succeeds, and its numbers are the oracle's for what is in the files, or it stops
with one clear message and the final tables are as before.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import build_project
import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from harness import Dbt
from hypothesis import given
from hypothesis import strategies as st

# a date is truncated to microseconds, a text is not
DATES = {column for columns in random_inputs.DATE_COLUMNS.values() for column in columns}
FINAL_TABLES = ("customer_daily_metrics", "customers_enriched")

# Wrong values of a column, as SQL, by type.
VALUES: Mapping[str, tuple[str, ...]] = {
    "VARCHAR": (
        "''",
        "' A '",
        "'2024-02-30'",
        "'1e3'",
        "chr(0)",
        "'{{ 1/0 }}'",
        "'; drop table x'",
    ),
    "BOOLEAN": ("true", "false"),
    "TINYINT": ("1", "-1", "0"),
    "INTEGER": ("3", "20240101", "-5"),
    "UBIGINT": ("18446744073709551615", "7"),
    "HUGEINT": ("170141183460469231731687303715884105727", "2"),
    "FLOAT": ("0.1", "3", "'nan'", "'inf'"),
    "DOUBLE": ("1234.5", "2", "1e300", "'nan'", "'-inf'", "-0.0"),
    "DECIMAL(18, 4)": ("1234.5678", "-0.0001", "7"),
    "DECIMAL(38, 10)": ("1234567890123456789.5", "12.3450000000"),
    "DATE": ("'2024-03-01'", "'0001-01-01'", "'9999-12-31'", "'infinity'", "'2024-01-01 (BC)'"),
    "TIMESTAMP": ("'2024-03-01 23:59:59.999999'", "'infinity'", "'-infinity'", "'0044-03-15 (BC)'"),
    "TIMESTAMP_S": ("'2024-03-01 10:00:00'",),
    "TIMESTAMP_MS": ("'2024-03-01 10:00:00.123'",),
    "TIMESTAMP_NS": ("'2024-03-01 10:00:00.123456789'", "'1700-01-01'"),
    "TIMESTAMPTZ": ("'2024-03-01 23:30:00-05:00'", "'2024-03-01 00:00:00+14:00'", "'infinity'"),
    "TIME": ("'10:00:00'",),
    "INTERVAL": ("interval 3 days",),
    "UUID": ("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",),
    "BLOB": ("'A'::blob", "'\\xFF\\x00'::blob"),
    "INTEGER[]": ("[1, 2]", "[]"),
    "STRUCT(a VARCHAR)": ("{'a': 'A'}",),
    "MAP(VARCHAR, INTEGER)": ("map {'a': 1}",),
}

Spoil = Callable[[Path], str]

# Other formats of a table, with the settings they need.
FORMATS: Mapping[str, tuple[str, dict[str, str]]] = {
    "semicolons": ("csv", {}),
    "tabs in UTF-16": ("csv", {}),
    "UTF-16 by the setting": ("csv", {"csv_encoding": "utf-16"}),
    "pipes, packed": ("csv.gz", {}),
    "JSON": ("json", {}),
    "JSON lines": ("jsonl", {}),
    "JSON, packed": ("json.gz", {}),
    "a spreadsheet": ("xlsx", {}),
}


def oracle_settings() -> oracle.Settings:
    return oracle.Settings(run_day=datetime.now(UTC).date())


@pytest.fixture(scope="module")
def good(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was built from good files."""
    db = tmp_path_factory.mktemp("good") / "customer_health.duckdb"
    dbt("run", db=db, data_dir=str(harness.HANDMADE))
    return db


# --- what is done to a file ---------------------------------------------------------------------


@st.composite
def other_types(draw: st.DrawFn) -> tuple[str, Spoil, dict[str, str]]:
    """A Parquet file of the table in which one or two columns have another type."""
    table = draw(st.sampled_from(sorted(oracle.INPUT_COLUMNS)))
    columns = oracle.INPUT_COLUMNS[table]
    chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True))
    choices: dict[str, list[str]] = {}
    for column in chosen:
        kind = draw(st.sampled_from(sorted(VALUES)))
        values = st.sampled_from(("null", *VALUES[kind]))
        picked = draw(st.lists(values, min_size=3, max_size=3))
        choices[column] = [f"cast({value} as {kind})" for value in picked]

    def spoil(folder: Path) -> str:
        file = folder / f"{table}.csv"
        cells = [
            f"[{', '.join(choices[name])}][n % 3 + 1] as {name}" if name in choices else name
            for name in columns
        ]
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select {', '.join(cells)} from (select *, row_number() over () as n"
                f" from read_csv('{file}', all_varchar = true)))"
                f" to '{file.with_suffix('.parquet')}'"
            )
        file.unlink()
        return f"{table}.parquet"

    return f"{table} {choices}", spoil, {}


def in_format(rows: list[dict[str, str]], name: str) -> bytes:
    """The rows of a table in one of FORMATS."""
    if "JSON" in name:
        # numbers as numbers, if that loses nothing
        records = [
            {
                column: int(text) if column in ("quantity", "arr") and text.isdigit() else text
                for column, text in row.items()
            }
            for row in rows
        ]
        lines = name == "JSON lines"
        text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records, indent=1)
    else:
        delimiters = {"semicolons": ";", "tabs in UTF-16": "\t", "pipes, packed": "|"}
        written = io.StringIO()
        writer = csv.writer(written, delimiter=delimiters.get(name, ","))
        writer.writerows([list(rows[0]), *(row.values() for row in rows)])
        text = written.getvalue()
    encodings = {"tabs in UTF-16": "utf-16", "UTF-16 by the setting": "utf-16-le"}
    content = text.encode(encodings.get(name, "utf-8"))
    return gzip.compress(content, mtime=0) if "packed" in name else content


@st.composite
def other_formats(draw: st.DrawFn) -> tuple[str, Spoil, dict[str, str]]:
    """A file of another kind, whole or with some of its bytes replaced, or cut off."""
    table = draw(st.sampled_from(sorted(oracle.INPUT_COLUMNS)))
    name = draw(st.sampled_from(sorted(FORMATS)))
    ending, settings = FORMATS[name]
    edits, cut = draw(EDITS), draw(CUT)

    def spoil(folder: Path) -> str:
        file = folder / f"{table}.csv"
        with file.open(newline="", encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        file.unlink()
        (folder / f"{table}.{ending}").write_bytes(edited(in_format(rows, name), edits, cut))
        return f"{table}.{ending}"

    return f"{table}, {name} {edits} {cut}", spoil, settings


Edit = tuple[float, int, bytes]
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 3),
        st.one_of(
            st.sampled_from([*map(bytes, zip(b"\n\r\",\0\xff \\'#;\t|{}[]:\x80-/"))]),
            st.binary(max_size=4),
        ),
    ),
    max_size=3,
)
CUT = st.one_of(st.none(), st.none(), st.floats(0, 1))


def edited(content: bytes, edits: Sequence[Edit], cut: float | None) -> bytes:
    """The content with bytes replaced at some places, each a share of its length, and cut off."""
    result = bytearray(content)
    for where, length, inserted in edits:
        start = int(where * len(result))
        result[start : start + length] = inserted
    if cut is not None:
        del result[int(cut * len(result)) :]
    return bytes(result)


@st.composite
def other_bytes(draw: st.DrawFn) -> tuple[str, Spoil, dict[str, str]]:
    """A CSV, a compressed CSV or a Parquet file with some of its bytes replaced, or cut off."""
    table = draw(st.sampled_from(sorted(oracle.INPUT_COLUMNS)))
    ending = draw(st.sampled_from(("csv", "csv", "csv", "csv.gz", "parquet")))
    edits = draw(EDITS.filter(len))
    cut = draw(CUT)

    def spoil(folder: Path) -> str:
        file = folder / f"{table}.csv"
        content = file.read_bytes()
        if ending == "parquet":
            duckdb.sql(f"from read_csv('{file}', all_varchar = true)").write_parquet(
                str(folder / "written")
            )
            content = (folder / "written").read_bytes()
            (folder / "written").unlink()
        elif ending == "csv.gz":
            content = gzip.compress(content, mtime=0)
        file.unlink()
        (folder / f"{table}.{ending}").write_bytes(edited(content, edits, cut))
        return f"{table}.{ending}"

    return f"{table}.{ending} {edits} {cut}", spoil, {}


@st.composite
def anything(draw: st.DrawFn) -> tuple[str, Spoil, dict[str, str]]:
    """A file that has nothing to do with the table."""
    table = draw(st.sampled_from(sorted(oracle.INPUT_COLUMNS)))
    ending = draw(
        st.sampled_from(("csv", "tsv.gz", "parquet", "json", "ndjson", "jsonl.gz", "xlsx"))
    )
    content = draw(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))

    def spoil(folder: Path) -> str:
        (folder / f"{table}.csv").unlink()
        (folder / f"{table}.{ending}").write_bytes(content)
        return f"{table}.{ending}"

    return f"{table}.{ending} = {content!r}", spoil, {}


# --- what is expected of it ---------------------------------------------------------------------


def read_cells(file: Path, encoding: str) -> list[dict[str, object]]:
    """The rows of a file by lower-case column name, for the oracle."""
    if ".json" in file.name or ".ndjson" in file.name:
        return read_json(file)
    if file.suffix == ".parquet":
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            types = connection.execute(f"describe from '{file}'").fetchall()
            cells = [
                f"cast(cast({name} as timestamp) as varchar)"
                if kind == "TIMESTAMP_NS" and name in DATES
                else f"cast({name} as varchar)"
                for name, kind, *_ in types
            ]
            rows = connection.execute(f"select {', '.join(cells)} from '{file}'").fetchall()
        return [
            {
                name.lower(): as_typed(name, kind, text)
                for (name, kind, *_), text in zip(types, row, strict=True)
            }
            for row in rows
        ]
    content = file.read_bytes()
    content = gzip.decompress(content) if file.suffix == ".gz" else content
    for mark, marked in ((b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            encoding = marked
    # str.splitlines knows more line ends than a CSV
    lines = io.StringIO(content.decode(encoding), newline="").readlines()
    readings = []
    for delimiter in ",;\t|":
        header, *rows = csv.reader(lines, delimiter=delimiter)
        names = [name.strip().lower() for name in header]
        if set(oracle.INPUT_COLUMNS[file.name.partition(".")[0]]) <= set(names):
            readings.append([dict(zip(names, row, strict=True)) for row in rows if row])
    (cells,) = readings
    return cells


def read_json(file: Path) -> list[dict[str, object]]:
    """The records of a file with their values as texts."""
    with duckdb.connect() as connection:
        # decoded one by one, so that a list has to have an end
        values = connection.execute(
            "select json_type(json), json"
            f" from read_json_objects('{file}', format = 'unstructured')"
        ).fetchall()
        records = [text for kind, text in values if kind == "OBJECT"]
        for kind, text in values:
            if kind == "ARRAY":
                query = "select unnest(json_extract(?::json, '$[*]'))::varchar"
                records += [record for (record,) in connection.execute(query, [text]).fetchall()]
        query = "select key, value ->> '$' from json_each(?::json)"
        return [
            {key.lower(): value for key, value in connection.execute(query, [text]).fetchall()}
            for text in records
        ]


def as_typed(name: str, kind: str, text: str | None) -> object:
    """A value as the oracle takes it: where it asks more of a text than of a value, the value."""
    if text is not None and kind in ("FLOAT", "DOUBLE") and name in ("arr", "quantity"):
        # only a number may have an exponent
        return float(text)
    if text is not None and kind == "DATE" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        # only a date may be older than the year 1000
        return date.fromisoformat(text)
    return text


def final_tables(db: Path) -> dict[str, list[harness.Row]]:
    return {name: harness.read_table(db, name) for name in FINAL_TABLES}


def build_and_judge(dbt: Dbt, good: Path, spoil: Spoil, settings: dict[str, str]) -> None:
    folder = good.parent / "case"
    shutil.rmtree(folder, ignore_errors=True)
    inputs = Path(shutil.copytree(harness.HANDMADE, folder / "inputs"))
    db = Path(shutil.copy(good, folder))
    name = spoil(inputs)
    table = name.partition(".")[0]
    by_table = {setting: {table: value} for setting, value in settings.items()}
    run = dbt("run", db=db, check=False, data_dir=str(inputs), **by_table)

    def expected() -> oracle.Result:
        tables: dict[str, list[dict[str, object]]] = dict(input_files.read_csv(harness.HANDMADE))
        tables[table] = read_cells(inputs / name, settings.get("csv_encoding", "utf-8"))
        return oracle.compute(tables, oracle_settings())

    if run.success:
        harness.assert_matches_oracle(db, expected())
        return
    # one line, which names the file or its rejected rows
    listener = build_project.Listener()
    for event in run.events:
        listener.hear(event)
    (line,) = build_project.failures(run.outcome, listener.files)
    assert "\n" not in line
    if line.startswith("int_as_of_date: customers: none of the "):
        assert expected().all_customers_rejected
    else:
        assert str(inputs / name) in line
    assert final_tables(db) == final_tables(good)


CASES = given(case=st.one_of(other_types(), other_bytes(), other_formats(), anything()))


@harness.random_cases(5)
@CASES
def test_a_few_damaged_files(dbt: Dbt, good: Path, case: tuple[str, Spoil, dict[str, str]]) -> None:
    build_and_judge(dbt, good, *case[1:])


@pytest.mark.long
@harness.random_cases(12)
@CASES
def test_a_damaged_file_gives_right_numbers_or_a_message(
    dbt: Dbt, good: Path, case: tuple[str, Spoil, dict[str, str]]
) -> None:
    build_and_judge(dbt, good, *case[1:])
