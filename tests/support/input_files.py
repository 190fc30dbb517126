"""Good input files of every kind."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import harness
import oracle

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
