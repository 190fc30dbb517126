"""Reads and writes the files of raw tables, in every kind that is read.

A world is ``{table: [row, ...]}`` with every row ``{column: text or None}``, as in a CSV file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import harness
import oracle

RawRow = dict[str, str | None]
RawWorld = dict[str, list[RawRow]]
TypedWorld = dict[str, list[dict[str, object]]]


def columns_of(table: str, rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The columns of a table, with the optional ones that any of its rows has."""
    optional = [name for name in oracle.OPTIONAL_COLUMNS[table] if any(name in row for row in rows)]
    return (*oracle.INPUT_COLUMNS[table], *optional)


def read_csv(folder: Path) -> RawWorld:
    """The tables of a folder of ``<table>.csv`` files; an empty field is an empty text."""
    world: RawWorld = {}
    for table in oracle.INPUT_COLUMNS:
        with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            world[table] = [dict(row) for row in csv.DictReader(file)]
    return world


def beyond_ascii(world: RawWorld) -> RawWorld:
    """A copy whose regions have characters of cp1252, and one a line break."""
    copy = {table: [dict(row) for row in rows] for table, rows in world.items()}
    for number, row in enumerate(copy["customers"]):
        row["region"] = "„Größe“ … 5 €, Œuvre\nŽ"[number:]
    return copy


def write_csv(world: Mapping[str, Sequence[Mapping[str, object]]], folder: Path) -> None:
    """One ``<table>.csv`` per table; None becomes an empty field."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in oracle.INPUT_COLUMNS:
        columns = columns_of(table, world.get(table, ()))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for row in world.get(table, ()):
                cells = [row.get(name) for name in columns]
                writer.writerow(["" if cell is None else cell for cell in cells])


def write_rows(world: Mapping[str, Sequence[Mapping[str, object]]], folder: Path) -> None:
    """One ``<table>.csv`` per table that has a row, with the columns that its rows have."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in world.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,9}")
_CENTS = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
_FINE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9-]{10}[T ][0-9:]{8}(\.[0-9]+)?")
_ZONED = re.compile(_CLOCK.pattern + r"( UTC| ?(Z|[+-][0-9:]{2,5}))")
_AS_NUMBER = re.compile(r"(19|20|21)[0-9]{6}|1[0-8][0-9]{8}|[1-9][0-9]{12}")


def as_date(text: str) -> object:
    moment = oracle.read_moment(text, "UTC") if _DATE.fullmatch(text) else None
    return None if moment is None else moment.date()


def as_clock(text: str) -> object:
    return oracle.read_moment(text, "UTC") if _CLOCK.fullmatch(text) else None


def _as_instant(text: str) -> object:
    moment = oracle.read_moment(text, "UTC") if _ZONED.fullmatch(text) else None
    return None if moment is None else moment.replace(tzinfo=UTC)


def _matching(pattern: re.Pattern[str], read: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: read(text) if pattern.fullmatch(text) else None


_Reader = tuple[str, Callable[[str], object]]
_INTEGER: _Reader = ("BIGINT", _matching(_WHOLE, int))
_DOUBLE: _Reader = ("DOUBLE", _matching(_CENTS, float))
_DECIMAL: _Reader = ("DECIMAL(18, 4)", _matching(_FINE, Decimal))
_DATES: tuple[_Reader, ...] = (
    ("DATE", as_date),
    ("BIGINT", _matching(_AS_NUMBER, int)),
)
_MOMENTS: tuple[_Reader, ...] = (("TIMESTAMP", as_clock), ("TIMESTAMPTZ", _as_instant), *_DATES)


def _readers(column: str, float_numbers: bool) -> tuple[_Reader, ...]:
    if column in ("acquisition_date", "start_date", "end_date"):
        return _DATES
    if column in ("login_timestamp", "created_date", "closed_date", "updated_at"):
        return _MOMENTS
    if column in ("quantity", "arr") and float_numbers:
        return (_DOUBLE,)
    if column in ("quantity", "customer_id", "subscription_id", "event_id"):
        return (_INTEGER,)
    if column == "arr":
        return (_INTEGER, _DECIMAL)
    return ()


def _column_type(
    column: str, texts: list[str | None], float_numbers: bool
) -> tuple[str, Callable[[str], object]]:
    """The first type that every value of the column fits; text if there is none."""
    present = [text for text in texts if text is not None]
    for name, read in _readers(column, float_numbers):
        if present and all(read(text) is not None for text in present):
            return name, read
    return "VARCHAR", str


def typed(world: RawWorld, float_numbers: bool = False) -> TypedWorld:
    """The world in a typed file; a column with a value that does not fit stays text.

    ``float_numbers`` makes quantity and arr binary floating point, as data frame libraries do with
    columns that have gaps; a column with more than two decimals stays text then, because there its
    nearest binary fraction could fall on the other side of a half cent.
    """
    result: TypedWorld = {}
    for table in oracle.INPUT_COLUMNS:
        rows = world[table]
        columns = columns_of(table, rows)
        readers = {
            name: _column_type(name, [row.get(name) for row in rows], float_numbers)[1]
            for name in columns
        }
        result[table] = [
            {
                name: None if (text := row.get(name)) is None else readers[name](text)
                for name in columns
            }
            for row in rows
        ]
    return result


def write_parquet(world: RawWorld, folder: Path, float_numbers: bool = False) -> TypedWorld:
    """One ``<table>.parquet`` per table; returns the typed values that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    values = typed(world, float_numbers)
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in oracle.INPUT_COLUMNS:
            columns = columns_of(table, world[table])
            types = {
                name: _column_type(name, [row.get(name) for row in world[table]], float_numbers)[0]
                for name in columns
            }
            declared = ", ".join(f'"{name}" {type_}' for name, type_ in types.items())
            connection.execute(f'CREATE TABLE "{table}" ({declared})')
            for row in values[table]:
                # as text: DuckDB's own reading of it is exact for all of these types
                cells = [_literal(row[name]) for name in columns]
                marks = ", ".join("?" for _ in cells)
                connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', cells)
            path = str(folder / f"{table}.parquet").replace("'", "''")
            connection.execute(f"COPY \"{table}\" TO '{path}' (FORMAT parquet)")
    return values


def write_other_csv(world: RawWorld, folder: Path) -> None:
    """As a spreadsheet writes it: UTF-16, with semicolons or tabs."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(oracle.INPUT_COLUMNS):
        columns = columns_of(table, world[table])
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-16") as file:
            writer = csv.writer(file, delimiter=";\t|"[number % 3], lineterminator="\n")
            writer.writerow([f" {name.title()}" for name in columns])
            writer.writerows([row.get(name) or "" for name in columns] for row in world[table])


def write_json(world: RawWorld, folder: Path) -> TypedWorld:
    """Records in a list or one to a line; returns the values, of which some are numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    values: TypedWorld = {}
    for number, table in enumerate(oracle.INPUT_COLUMNS):
        columns = columns_of(table, world[table])
        values[table] = [
            {
                name: Decimal(text) if _is_json_number(name, text) else text
                for name in columns
                for text in [row.get(name)]
            }
            for row in world[table]
        ]
        texts = []
        for row in values[table]:
            # a key may be left out, but not from all records
            kept = {name: value for name, value in row.items() if value is not None or not texts}
            cells = [f"{json.dumps(name)}: {_json_literal(value)}" for name, value in kept.items()]
            texts.append("{" + ", ".join(cells) + "}")
        if number % 2:
            text = "".join(f"{text}\n" for text in texts)
            (folder / f"{table}.jsonl").write_text(text, encoding="utf-8")
        else:
            text = "[\n" + ",\n".join(texts) + "\n]"
            (folder / f"{table}.json").write_text(text, encoding="utf-8")
    return values


def _is_json_number(column: str, text: str | None) -> bool:
    return column in ("quantity", "arr") and bool(_CENTS.fullmatch(text or "")) and text != "-0"


def _json_literal(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


FILE_FORMATS = ("csv", "parquet", "parquet-float", "other csv", "json")


def write_files(world: RawWorld, folder: Path, file_format: str) -> RawWorld | TypedWorld:
    """Writes the world in one of FILE_FORMATS; returns the values as they stand in the files."""
    if file_format == "csv":
        write_csv(world, folder)
        return world
    if file_format == "other csv":
        write_other_csv(world, folder)
        return world
    if file_format == "json":
        return write_json(world, folder)
    return write_parquet(world, folder, float_numbers=file_format == "parquet-float")


def _literal(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


# --- files as people have them ---------------------------------------------------------------

KINDS = ("csv", "parquet", "csv folder", "parquet folder")
# File names that break anything that does not escape them.
NAMES = ("'; drop table customers; --", "{{ 1 % 0 }} %20 ]*?[a-z]", '"$(id) ü.csv')


def write_table(
    table: str,
    kind: str,
    folder: Path,
    typed: Path,
    *,
    names: Sequence[str] = NAMES,
    twisted: bool,
) -> None:
    """Writes a table of HANDMADE as ``csv``, ``parquet``, ``csv folder`` or ``parquet folder``.

    In a folder the files have these names.  Twisted files have their columns in another order and
    letter case, and some more of them; in a folder each file does so in its own way.
    """
    ending, _, is_folder = kind.partition(" ")
    source = f"read_csv({sql_text(harness.HANDMADE / f'{table}.csv')}, all_varchar = true)"
    if ending == "parquet":
        source = f"read_parquet({sql_text(typed / f'{table}.parquet')})"
    parts = len(names) if is_folder else 1
    rng = random.Random(table + kind)
    folder.mkdir(parents=True, exist_ok=True)
    if is_folder:
        (folder / table).mkdir()
        # side files of other programs
        (folder / table / "_SUCCESS").touch()
    for part in range(parts):
        columns = [f'"{name}"' for name in oracle.INPUT_COLUMNS[table]]
        if twisted:
            columns = [
                f"{name} AS {rng.choice((name, name.upper(), name.title()))}" for name in columns
            ]
            columns += [f'\'x\' AS "a, ""b"" {part}"', "NULL::INTEGER AS filename"]
            rng.shuffle(columns)
        rows = f"SELECT *, row_number() OVER () AS n FROM {source}"
        path = (
            folder / table / f"{names[part]}.{ending}"
            if is_folder
            else folder / f"{table}.{ending}"
        )
        with duckdb.connect(":memory:") as duck:
            duck.execute(
                f"COPY (SELECT {', '.join(columns)} FROM ({rows}) WHERE n % {parts} = {part}) "
                f"TO {sql_text(path)} (FORMAT {ending})"
            )


def sql_text(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


Rows = Sequence[Mapping[str, str | None]]
# Makes a file of the rows of a table.
Write = Callable[[Rows], bytes]


def as_csv(
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\n",
    change: Callable[[str], str] = str,
    before: str = "",
) -> Write:
    """A writer of CSV that changes its header and puts something before it."""

    def write(rows: Rows) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
        writer.writerow([change(name) for name in rows[0]])
        writer.writerows([value or "" for value in row.values()] for row in rows)
        return (before + text.getvalue()).encode(encoding)

    return write


def as_json(indent: int | None = None, encoding: str = "utf-8") -> Write:
    """A writer of a list of records."""
    return lambda rows: json.dumps(rows, indent=indent).encode(encoding)


def as_lines(indent: int | None = None) -> Write:
    """A writer of one record after the other, without missing values."""

    def write(rows: Rows) -> bytes:
        kept = [rows[0], *({k: v for k, v in row.items() if v} for row in rows[1:])]
        return "\n".join(json.dumps(row, indent=indent) for row in kept).encode()

    return write


def packed(write: Write) -> Write:
    """The same in a .gz file."""
    return lambda rows: gzip.compress(write(rows))


def put(world: Mapping[str, Rows], folder: Path, files: Mapping[str, Write]) -> Path:
    """Writes each table as the files say, or as a plain CSV; several files share its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in oracle.INPUT_COLUMNS:
        names = [name for name in files if name.startswith(table)] or [f"{table}.csv"]
        for number, name in enumerate(names):
            (folder / name).parent.mkdir(exist_ok=True)
            rows = world[table][number :: len(names)]
            (folder / name).write_bytes(files.get(name, as_csv())(rows))
    return folder
