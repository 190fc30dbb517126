"""Lists the rejected rows of the last build, or writes them to a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import database
import duckdb

ROWS = "select source_table, reason, record_key, record from rejected_records order by all"


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """Prints all rejected rows by table and reason, each with its key and raw record."""
    previous = None
    for table, reason, key, record in connection.execute(ROWS).fetchall():
        if (table, reason) != previous:
            print(f"{table}: {reason}")
            previous = (table, reason)
        print(f"  {key or '(no key)'}  {record}")
    if previous is None:
        print("No row was rejected.")


def main(arguments: Sequence[str]) -> None:
    """Command line: no argument to list, ``--out FILE`` to write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="ends in .csv, .xlsx, .parquet or .json")
    out = parser.parse_args(arguments).out
    with database.connect(database.path_from_environment(), "rejected_records") as connection:
        if out is None:
            show(connection)
        else:
            print(f"{database.write(connection, ROWS, out):,} rejected rows written to {out}")


if __name__ == "__main__":
    main(sys.argv[1:])
