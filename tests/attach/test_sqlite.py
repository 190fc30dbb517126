"""Inputs in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import oracle
import pytest
from harness import Dbt
from of_seeds import (
    LATE,
    NAMES,
    SEEDS,
    assert_builds,
    assert_lives,
    documented_command,
)

DECLARED = {
    "customers": "customer_id TEXT PRIMARY KEY, acquisition_date DATE, region TEXT, industry TEXT",
    "subscriptions": "customer_id TEXT, product_id TEXT, quantity INTEGER, start_date DATE, "
    "end_date DATE, arr DECIMAL(12, 2)",
    "login_events": "user_id TEXT, customer_id TEXT, user_type TEXT, login_timestamp DATETIME",
    "support_tickets": "ticket_id TEXT, customer_id VARCHAR(20), status TEXT, "
    "created_date TIMESTAMP, ticket_category TEXT, closed_date TIMESTAMP",
}

WITHOUT_TYPES = {
    NAMES[table]: ", ".join(columns) for table, columns in oracle.INPUT_COLUMNS.items()
}


def make_sqlite(file: Path, tables: Mapping[str, str]) -> Path:
    with sqlite3.connect(file) as connection:
        for (table, columns), rows in zip(tables.items(), SEEDS.values(), strict=True):
            connection.execute(f'create table "{table}" ({columns})')
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(
                f'insert into "{table}" values ({marks})',
                [[value or None for value in row.values()] for row in rows],
            )
    connection.close()
    return file


def add_login(file: Path, table: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(f"insert into {table} values (?, ?, ?, ?)", [*LATE.values()])
    connection.close()


def test_tables_of_sqlite_give_the_same_as_the_seeds(
    dbt: Dbt, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_sqlite(tmp_path / "crm.db", DECLARED)
    place, vars = documented_command("sqlite")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUCKDB_ATTACH", place)
    assert_lives(dbt, db, lambda: add_login(file, "login_events"), **vars)


def test_tables_of_sqlite_may_have_other_names_and_no_types(
    dbt: Dbt, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_sqlite(tmp_path / "it's.sqlite3", WITHOUT_TYPES)
    monkeypatch.setenv("DUCKDB_ATTACH", f"sqlite:{file}")
    vars = {"source_database": "it's", "source_schema": "main", "source_tables": NAMES}
    assert_builds(dbt, db, **vars)
