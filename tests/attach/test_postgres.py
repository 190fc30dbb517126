"""Inputs in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import build_project
import duckdb
import pytest
from harness import Dbt
from input_files import sql_text
from of_seeds import (
    LATE,
    NAMES,
    SEEDS,
    TABLES,
    assert_builds,
    assert_lives,
    documented_command,
)
from postgres import NO_SERVER, Server


def create(server: Server, schema: str, tables: Mapping[str, str]) -> None:
    server.run(f"create schema {schema}", f"grant usage on schema {schema} to reader")
    for (table, columns), rows in zip(tables.items(), SEEDS.values(), strict=True):
        server.run(f"create table {schema}.{table} ({columns})")
        server.fill(f"{schema}.{table}", rows)


TYPED = {
    "customers": "customer_id text primary key, acquisition_date date, region text, industry text",
    "subscriptions": "customer_id text, product_id text, quantity integer, start_date date, "
    "end_date date, arr numeric(12, 2)",
    "login_events": "user_id text, customer_id text, user_type text, login_timestamp timestamp",
    "support_tickets": "ticket_id text, customer_id text, status text, created_date timestamp, "
    "ticket_category text, closed_date timestamp",
}


def test_tables_of_postgres_give_the_same_as_the_seeds(
    dbt: Dbt, db: Path, reader: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.run("drop schema public cascade")
    create(reader, "public", TYPED)
    place, vars = documented_command("postgres")
    monkeypatch.setenv("DUCKDB_ATTACH", place)
    assert_lives(dbt, db, lambda: reader.fill("public.login_events", [LATE]), **vars)
    with duckdb.connect(str(db), read_only=True) as connection:
        origins = connection.execute("select origin from main_intermediate.int_input_volumes")
        assert {*origins.fetchall()} == {("source_schema: postgres.public",)}


def test_tables_of_postgres_may_have_other_names_and_types(
    dbt: Dbt, db: Path, reader: Server
) -> None:
    """Common types: keys of fixed length, enumerations, floats, times with a zone."""
    statuses = sorted({str(row["status"]) for row in SEEDS["support_tickets"]})
    reader.run(
        f"create type status as enum ({', '.join(map(sql_text, statuses))})",
        "create domain money as numeric check (value >= 0)",
    )
    create(
        reader,
        '"Raw data"',
        {
            '"Accounts (all)"': "customer_id char(12), acquisition_date timestamptz, "
            "region varchar(20), industry name",
            '"Abos"': "customer_id char(10), product_id text, quantity numeric, start_date date, "
            "end_date timestamp, arr public.money",
            "customers": "user_id varchar, customer_id text, user_type text, "
            "login_timestamp timestamptz",
            '"it\'s open"': "ticket_id text, customer_id text, status public.status, "
            "created_date timestamp(3), ticket_category text, closed_date timestamptz",
        },
    )
    vars = {"source_database": "Postgres", "source_schema": "Raw data", "source_tables": NAMES}
    assert_builds(dbt, db, **vars)


def test_views_of_postgres_and_expressions_over_them_give_the_same(
    dbt: Dbt, db: Path, reader: Server
) -> None:
    create(reader, "app", TYPED)
    reader.run(
        "create schema views",
        "grant usage on schema views to reader",
        *(f"create view views.{table} as select * from app.{table}" for table in TABLES[:3]),
        "create materialized view views.support_tickets as "
        "select *, extract(epoch from created_date) as opened from app.support_tickets",
    )
    column_map = {
        "subscriptions": {"arr": {"expression": "arr / 12 * 12"}},
        "support_tickets": {"created_date": {"expression": "to_timestamp(cast(opened as double))"}},
    }
    vars = {"source_database": "postgres", "source_schema": "views", "column_map": column_map}
    assert_builds(dbt, db, **vars)


def test_a_wrong_database_schema_or_table_of_postgres_is_named(
    dbt: Dbt, db: Path, reader: Server
) -> None:
    run = dbt("run", db=db, check=False, source_database="crm", source_schema="public")
    line = "source_database: there is no database crm; it may be customer_health or postgres."
    assert line in run.findings
    run = dbt("run", db=db, check=False, source_database="postgres", source_schema="nowhere")
    tables = [f"source_schema: there is no table postgres.nowhere.{table}." for table in TABLES]
    assert " ".join(tables) in run.findings


@pytest.mark.parametrize(
    "place",
    [
        "postgres:postgresql://reader:secret@127.0.0.1:9/crm",
        "postgres:host=127.0.0.1 port=9 user=reader password='it\\'s secret'",
    ],
)
def test_an_error_of_a_server_hides_the_password(place: str) -> None:
    line = str(build_project.cannot_attach(place))
    assert line.startswith(f"{NO_SERVER}connection to server at ")
    assert "secret" not in line
    assert "\n" not in line


def test_a_wrong_password_is_an_error(reader: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build_project.cannot_attach("postgres:dbname=crm") is None
    monkeypatch.setenv("PGPASSWORD", "another")
    line = str(build_project.cannot_attach("postgres:dbname=crm"))
    assert line.startswith(NO_SERVER)
    assert line.endswith('password authentication failed for user "reader"')
