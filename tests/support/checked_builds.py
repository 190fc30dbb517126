"""Builds of small inputs: what they say, and what they leave in the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
from harness import Dbt
from input_files import sql_text

TODAY = datetime.now(UTC).date()

STRICT = {"max_rejected_share": 0.05, "source_check_severity": "warn"}

Check = Callable[..., tuple[bool, list[str]]]

# The model that runs the checks, and the table with which one of them remembers the last build.
VOLUMES = "int_input_volumes"

CHECKED = ("--select", "+int_as_of_date", VOLUMES)


def world_of(**rows: list[tuple[str | None, ...]]) -> input_files.RawWorld:
    """Customer A since 2024-01-01 and these rows, in the order of oracle.INPUT_COLUMNS."""
    rows = {"customers": [("A", "2024-01-01", "EMEA", "Retail")]} | rows
    return {
        table: [dict(zip(columns, row, strict=True)) for row in rows.get(table, ())]
        for table, columns in oracle.INPUT_COLUMNS.items()
    }


def rows_of_each(number: int) -> input_files.RawWorld:
    return world_of(
        customers=[(f"C{n}", "2024-01-01", "", "") for n in range(number)],
        subscriptions=[("C0", f"P{n}", "1", "2024-01-01", None, "1") for n in range(number)],
        login_events=[(f"u{n}", "C0", "admin", "2024-02-01") for n in range(number)],
        support_tickets=[(f"T{n}", "C0", "open", "2024-01-01", "bug", None) for n in range(number)],
    )


def told(
    check: Check, db: Path, folder: Path, world: input_files.RawWorld, **vars: object
) -> list[str]:
    """The findings about a world of any age; they do not stop a build under severity error."""
    input_files.write_csv(world, folder)
    # nothing to compare it with
    db.unlink(missing_ok=True)
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}
    strict = {"source_check_severity": "error", "max_rejected_share": 1}
    succeeded, said = check(db, *CHECKED, data_dir=str(folder), **strict | old | vars)
    assert succeeded, said
    return without_label(findings(said))


def findings(said: list[str]) -> list[str]:
    return sorted(
        line for line in said if re.match(r"(\[WARNING\]: )?(login|cust|subs|supp)", line)
    )


def without_label(lines: list[str]) -> list[str]:
    return [line.removeprefix("[WARNING]: ") for line in lines]


OLD: dict[str, object] = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}


TABLES = tuple(oracle.INPUT_COLUMNS)

# dbt writes the database's name, that of its file, into every relation.
DATABASE = "customer_health"


@dataclass(frozen=True)
class Tables:
    """What a build made: both final tables, and how many rows were rejected for which reason."""

    daily: list[harness.Row]
    enriched: list[harness.Row]
    rejected: Counter[tuple[str, str]]

    @classmethod
    def of(cls, db: Path) -> Tables:
        rejected = harness.read_table(db, "rejected_records")
        return cls(
            harness.read_table(db, "customer_daily_metrics"),
            harness.read_table(db, "customers_enriched"),
            Counter((row["source_table"], row["reason"]) for row in rejected),
        )

    def assert_in(self, db: Path) -> None:
        other = Tables.of(db)
        assert other.rejected == self.rejected
        harness.assert_same_table(other.daily, self.daily, ("customer_id", "date"))
        harness.assert_same_table(other.enriched, self.enriched, "customer_id")


def settings() -> oracle.Settings:
    return oracle.Settings(run_day=datetime.now(UTC).date())


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def contents(db: Path) -> dict[tuple[str, str], object]:
    """A digest of every table, and the SQL of every view."""
    if not db.exists():
        return {}
    with duckdb.connect(str(db)) as duck:
        views = "SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal"
        found: dict[tuple[str, str], object] = {
            (schema, name): code for schema, name, code in duck.execute(views).fetchall()
        }
        tables = duck.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        for schema, name in tables:
            relation = f"{quoted(schema)}.{quoted(name)}"
            summary = f"SELECT count(*), sum(hash(t)), bit_xor(hash(t)) FROM {relation} AS t"
            found[schema, name] = duck.execute(summary).fetchall()
        return found


def assert_stops(dbt: Dbt, db: Path, line: str, **settings: object) -> None:
    """The build stops with ``line``, and the database stays as it was."""
    before = contents(db)
    with pytest.raises(harness.DbtFailed) as failure:
        dbt("run", db=db, **settings)
    assert line in {entry.strip() for entry in str(failure.value).splitlines()}
    assert contents(db) == before


MAP_NAMES = "Map other column names with column_map."

NO_INPUT = (
    "data_dir: no input for {1}; expected {0}/{1} with the ending .csv, "
    ".tsv, .json, .jsonl, .ndjson (each also .gz), .parquet or .xlsx, or a folder "
    "{0}/{1}/ of files of one such kind."
)

NEVER_HAD = "If your company has no such table, set empty_inputs: [{}]."

TYPES = {
    "acquisition_date": "DATE",
    "start_date": "DATE",
    "end_date": "DATE",
    "quantity": "INTEGER",
    "arr": "DECIMAL(18, 3)",
    "login_timestamp": "TIMESTAMP",
    "closed_date": "TIMESTAMPTZ",
}


def make_tables(db: Path, schema: str, dropped: str | None = None) -> None:
    """The rows of harness.HANDMADE as typed tables, without one of the columns."""
    with duckdb.connect(str(db)) as duck:
        duck.execute(f"SET TimeZone = 'UTC'; CREATE SCHEMA {schema}")
        for table, columns in oracle.INPUT_COLUMNS.items():
            cells = [
                f"CAST({name} AS {TYPES.get(name, 'VARCHAR')}) AS {name}"
                for name in columns
                if name != dropped
            ]
            file = sql_text(harness.HANDMADE / f"{table}.csv")
            duck.execute(
                f"CREATE TABLE {schema}.{table} AS SELECT {', '.join(cells)} "
                f"FROM read_csv({file}, all_varchar = true)"
            )


def no_tables(schema: str) -> str:
    """What is said where a schema has none of them."""
    return " ".join(f"source_schema: there is no table {schema}.{table}." for table in TABLES)
