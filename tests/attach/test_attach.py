"""Inputs in PostgreSQL, SQLite and spreadsheets, on the DuckDB with extensions for them.

Each build is compared with the oracle, cell by cell. Everything is read as the seeds are, so that
one expected result does for all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import build_project
import duckdb
import harness
import input_files
import oracle
import pytest
import yaml
from harness import Dbt
from input_files import put, sql_text
from openpyxl import Workbook

TODAY = datetime.now(UTC).date()
SEEDS = input_files.read_csv(harness.ROOT / "seeds")
TABLES = tuple(oracle.INPUT_COLUMNS)
DAILY = "customer_daily_metrics"
PASSWORD = "it's 'secret'"
# A late login: the days from its own on change.
LATE = {
    "user_id": "U-late",
    "customer_id": "C0001",
    "user_type": "standard",
    "login_timestamp": "2025-06-15 23:59:59",
}
NAMES = {
    "customers": "Accounts (all)",
    "subscriptions": "Abos",
    "login_events": "customers",
    "support_tickets": "it's open",
}


@cache
def expected(late: bool = False) -> oracle.Result:
    logins = [*SEEDS["login_events"], *([LATE] if late else [])]
    return oracle.compute({**SEEDS, "login_events": logins}, oracle.Settings(run_day=TODAY))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


def assert_builds(dbt: Dbt, db: Path, **vars: object) -> None:
    """Every cell of a first build is what the oracle says, and a second one changes nothing."""
    assert dbt("run", db=db, **vars).said_of(DAILY) == ["rebuilding every day: first build"]
    harness.assert_matches_oracle(db, expected())
    assert dbt("run", db=db, **vars).said_of(DAILY) == ["nothing changed"]


def assert_lives(dbt: Dbt, db: Path, add_late_row: Callable[[], object], **vars: object) -> None:
    """The same, and a late row is built from its day on, as in a full refresh."""
    assert_builds(dbt, db, **vars)
    add_late_row()
    said = ["rebuilding 2025-06-15 … 2025-12-31: 1 day changed (login_events)"]
    assert dbt("run", db=db, **vars).said_of(DAILY) == said
    harness.assert_matches_oracle(db, expected(late=True))


def documented_command(kind: str) -> tuple[str, dict[str, object]]:
    """The DUCKDB_ATTACH and the settings of a command in docs/your_data.md."""
    text = (harness.ROOT / "docs" / "your_data.md").read_text(encoding="utf-8")
    ((place, vars),) = re.findall(rf"DUCKDB_ATTACH=({kind}:\S+) make attach VARS='(.*)'", text)
    return place, yaml.safe_load(vars)


# --- this DuckDB --------------------------------------------------------------------------------


def test_the_seeds_give_the_same_on_this_duckdb_as_everywhere(seeds_built_once: Path) -> None:
    assert duckdb.__version__.startswith("1.5.")
    harness.assert_matches_oracle(seeds_built_once, expected())
    counts = json.loads((seeds_built_once.parent / "results.json").read_text(encoding="utf-8"))
    assert {count.split()[1] for count in counts} == {"success", "pass", "no-op"}
    assert counts["test pass"] > 140
    assert counts["unit_test pass"] > 40


# --- PostgreSQL ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of its own, on a socket in its folder."""

    programs: Path
    folder: Path

    def environment(self, user: str) -> dict[str, str]:
        """The environment variables of PostgreSQL clients."""
        return {"PGHOST": str(self.folder), "PGUSER": user, "PGPASSWORD": PASSWORD}

    def run(self, *statements: str, database: str = "crm") -> None:
        """Runs statements one after the other, as the owner of everything."""
        command = [str(self.programs / "psql"), "--quiet", "--no-psqlrc"]
        command += ["--set", "ON_ERROR_STOP=1", database]
        subprocess.run(
            [*command, *(f"--command={statement}" for statement in statements)],
            env=os.environ | self.environment("owner"),
            check=True,
        )

    def fill(self, table: str, rows: Sequence[Mapping[str, str | None]]) -> None:
        """Copies rows into a table; what is empty is null."""
        content = io.StringIO()
        writer = csv.writer(content)
        writer.writerows([value or "" for value in row.values()] for row in rows)
        subprocess.run(
            [
                *(str(self.programs / "psql"), "--quiet", "--no-psqlrc"),
                *(f"--command=copy {table} from stdin csv", "crm"),
            ],
            env=os.environ | self.environment("owner"),
            input=content.getvalue(),
            text=True,
            check=True,
        )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Its user ``reader`` may read, but not write."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = Path(os.environ.get("POSTGRES_BIN") or found[-1])
    # the path of a socket has to be short
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # the server does not run as root
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    for path in (folder, folder / "password"):
        shutil.chown(path, user)

    def control(program: str, *arguments: str) -> None:
        with (folder / "output").open("a") as output:
            subprocess.run(
                [str(programs / program), "--pgdata", str(folder / "data"), *arguments],
                user=user if os.getuid() == 0 else None,
                cwd=folder,
                stdout=output,
                stderr=output,
                check=True,
            )

    server = Server(programs, folder)
    control(
        *("initdb", "--username=owner", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"),
        *("--no-sync", "--encoding=UTF8", "--locale=C"),
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control("pg_ctl", "--wait", f"--options={options}", f"--log={folder / 'log'}", "start")
    try:
        server.run("create database crm", database="postgres")
        server.run(
            f"create role reader login password {sql_text(PASSWORD)}",
            "alter default privileges grant select on tables to reader",
        )
        yield server
    finally:
        control("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def reader(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The same, with the environment of who may only read."""
    for name, value in server.environment("reader").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DUCKDB_ATTACH", "postgres:dbname=crm")
    return server


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


# --- SQLite -------------------------------------------------------------------------------------

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


# --- spreadsheets -------------------------------------------------------------------------------

DATES = {name for name in sum(oracle.INPUT_COLUMNS.values(), ()) if re.search("date|time", name)}


def as_cell(column: str, text: str | None) -> object:
    """A spreadsheet cell: dates and numbers are typed, except dates far ahead."""
    if not text or (text > "2173" and column in DATES):
        return text or None
    if column in DATES and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if column in DATES and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return datetime.fromisoformat(text)
    if column in ("quantity", "arr") and re.fullmatch(r"\d+([.]\d+)?", text):
        return float(text)
    return text


def write_sheet(file: Path, rows: Sequence[Mapping[str, str | None]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append([*rows[0]])
    for row in rows:
        sheet.append([as_cell(*entry) for entry in row.items()])
    # only the first one is read
    book.create_sheet("Notes").append(["nothing"])
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)


def test_spreadsheets_with_dates_and_numbers_give_the_same_as_the_seeds(
    dbt: Dbt, db: Path, tmp_path: Path
) -> None:
    inputs = tmp_path / "it's"
    for table in ("customers", "subscriptions", "support_tickets"):
        write_sheet(inputs / f"{table}.xlsx", SEEDS[table])
    for number in (0, 1):
        write_sheet(inputs / "login_events" / f"{number}.xlsx", SEEDS["login_events"][number::2])
    assert_builds(dbt, db, data_dir=str(inputs))


def test_a_spreadsheet_is_read_as_it_is_shown(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """With bad rows too, where a column has texts beside dates or numbers."""
    handmade = input_files.read_csv(harness.HANDMADE)
    for table in TABLES:
        write_sheet(tmp_path / "inputs" / f"{table}.xlsx", handmade[table])
    dbt("run", db=db, data_dir=str(tmp_path / "inputs"))
    harness.assert_matches_oracle(db, oracle.compute(handmade, oracle.Settings(run_day=TODAY)))


# --- apps/build_project.py, which make attach runs ----------------------------------------------


NO_SERVER = "IO Error: Unable to connect to Postgres at the server of DUCKDB_ATTACH: "


def run_build(db: Path, **vars: object) -> list[str]:
    """What it prints, line by line."""
    command = [sys.executable, str(harness.ROOT / "apps" / "build_project.py"), "--quiet"]
    command += [*harness.Dbt(db.parent).options(**vars), "--log-level-file", "none"]
    run = subprocess.run(
        command,
        env=os.environ | {"DUCKDB_PATH": str(db), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (run.stdout + run.stderr).splitlines()


def test_a_database_that_cannot_be_attached_is_one_line_before_dbt_starts(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUCKDB_ATTACH", "postgres:host=/nowhere dbname=crm password=secret")
    (line,) = run_build(db, source_database="postgres", source_schema="public")
    assert line.startswith(f"Nothing was built: {NO_SERVER}connection to server on socket ")
    assert "secret" not in line
    assert not db.exists()


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


@pytest.mark.parametrize("content", [None, "no database"])
def test_a_file_that_is_no_sqlite_database_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "it's.db"
    if content:
        file.write_text(content, encoding="utf-8")
    line = f"{file} is missing or not a SQLite database; check DUCKDB_ATTACH."
    assert build_project.cannot_attach(f"sqlite:{file}") == line


def test_a_damaged_spreadsheet_is_named_in_one_line(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    inputs = put(SEEDS, tmp_path / "inputs", {})
    (inputs / "customers.csv").rename(inputs / "customers.xlsx")
    run = dbt("run", db=db, data_dir=str(inputs), check=False)
    listener = build_project.Listener()
    for event in run.events:
        listener.hear(event)
    line = f"{inputs / 'customers.xlsx'}, or a file beside it, is damaged; export it again."
    assert build_project.failures(run.outcome, listener.files) == [line]
