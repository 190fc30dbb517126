"""Lists the rejected rows of the last build, or writes them into a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

ROWS = "select source_table, reason, record_key, record from rejected_records order by all"
WRITERS = {".csv": "csv, header", ".parquet": "parquet", ".json": "json, array true"}


def connect(path: Path, table: str = "rejected_records") -> duckdb.DuckDBPyConnection:
    """The database of the last build, to be read.  Exits with one line if there is none."""
    if not path.is_file():
        sys.exit(f"There is no database {path}; run make build first, or name it in DUCKDB_PATH.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        connection.execute(f"select 1 from {table} limit 0")
    except duckdb.CatalogException:
        sys.exit(f"{path} has no table {table}; run make build first.")
    except duckdb.Error as error:
        sys.exit(f"{path} cannot be read: {str(error).splitlines()[0]}")
    return connection


def write(connection: duckdb.DuckDBPyConnection, out: Path) -> int:
    """Writes all rejected rows; returns how many there are.  Exits with one line if it cannot."""
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        endings = ", ".join(WRITERS)
        sys.exit(f"OUT: {out} has an ending that is not known; expected one of {endings}.")
    target = str(out).replace("'", "''")
    try:
        (rows,) = connection.execute(f"copy ({ROWS}) to '{target}' (format {writer})").fetchall()
    except duckdb.Error as error:
        sys.exit(f"OUT: {out} cannot be written: {str(error).splitlines()[0]}")
    return int(rows[0])


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """Prints all rejected rows by table and reason, each with its key and the record as it came."""
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
    parser.add_argument("--out", type=Path, help="a file that ends in .csv, .parquet or .json")
    out = parser.parse_args(arguments).out
    with connect(Path(os.environ.get("DUCKDB_PATH", "customer_health.duckdb"))) as connection:
        if out is None:
            show(connection)
        else:
            print(f"{write(connection, out):,} rejected rows written to {out}")


if __name__ == "__main__":
    main(sys.argv[1:])
