"""Good input files of every kind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import duckdb
import harness
import oracle

KINDS = ("csv", "parquet", "csv folder", "parquet folder")
# Names of files that would do something if any of them were taken for more than a name.
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
        # what other programs leave beside the files
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
