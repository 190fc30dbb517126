"""Raw tables from tables in `source_schema`."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from checked_builds import (
    DATABASE,
    MAP_NAMES,
    NEVER_HAD,
    Tables,
    assert_stops,
    make_tables,
    no_tables,
    quoted,
)
from harness import Dbt


@pytest.mark.parametrize(
    "schema",
    [
        "Raw data",
        pytest.param('x"; drop schema main cascade; --', marks=pytest.mark.long),
        pytest.param("it's {}", marks=pytest.mark.long),
    ],
)
def test_tables_give_the_same_as_files(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path, schema: str
) -> None:
    make_tables(db, quoted(schema))
    dbt("run", db=db, source_schema=schema, source_database=DATABASE)
    handmade_built[1].assert_in(db)
    dbt("run", db=db, source_schema=schema)
    handmade_built[1].assert_in(db)


@pytest.mark.long
def test_attached_database_gives_the_same_as_files(
    handmade_built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_tables(tmp_path / "crm.duckdb", "exports")
    monkeypatch.setenv("DUCKDB_ATTACH", str(tmp_path / "crm.duckdb"))
    dbt("run", db=db, source_schema="exports", source_database="crm")
    handmade_built[1].assert_in(db)
    # read-only, and shared with another reader
    with duckdb.connect(str(tmp_path / "crm.duckdb"), read_only=True):
        dbt("run", db=db, source_schema="exports", source_database="crm")
    assert_stops(dbt, db, no_tables("crm.nowhere"), source_schema="nowhere", source_database="crm")


def test_a_missing_table_or_column_stops_the_build(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path, tmp_path: Path
) -> None:
    other = tmp_path / f"{DATABASE}.duckdb"
    shutil.copy(handmade_built[0], other)
    make_tables(other, "crm", dropped="closed_date")
    shutil.copy(other, db)
    column = (
        f'"{DATABASE}"."crm"."support_tickets" has no column closed_date; '
        f"it has ticket_id, customer_id, status, created_date, ticket_category. {MAP_NAMES}"
    )
    assert_stops(dbt, db, column, source_schema="crm")
    assert_stops(dbt, db, no_tables(f"{DATABASE}.nowhere"), source_schema="nowhere")


TABLE_NAMES = {
    "customers": "Accounts (new)",
    "subscriptions": 'x"; drop schema main cascade; --',
    "login_events": "it's {{ 1 / 0 }}",
    "support_tickets": "customers",
}


def test_tables_may_have_other_names(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path
) -> None:
    make_tables(db, "crm")
    with duckdb.connect(str(db)) as duck:
        for table, name in TABLE_NAMES.items():
            duck.execute(f"ALTER TABLE crm.{table} RENAME TO {quoted(name)}")
    dbt("run", db=db, source_schema="crm", source_tables=TABLE_NAMES)
    handmade_built[1].assert_in(db)
    line = (
        f"source_schema: there is no table {DATABASE}.crm.customer. "
        f"source_schema: there is no table {DATABASE}.crm.subscriptions."
    )
    others = {"customers": "customer", "subscriptions": "subscriptions"}
    missing = {"source_tables": TABLE_NAMES | others, "empty_inputs": ["login_events"]}
    never_had = NEVER_HAD.format("subscriptions")
    assert_stops(dbt, db, f"{line} {never_had}", source_schema="crm", **missing)
