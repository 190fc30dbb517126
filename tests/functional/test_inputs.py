"""Where the raw tables come from: files of any kind in `data_dir`, or tables in `source_schema`."""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from harness import Dbt
from input_files import KINDS, sql_text, write_table

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


@pytest.fixture(scope="module")
def built(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tables]:
    """A database that `dbt build` made of CSV files, starting from no database at all."""
    db = tmp_path_factory.mktemp("built") / f"{DATABASE}.duckdb"
    nodes = dbt("build", db=db, data_dir=str(harness.HANDMADE)).nodes
    kinds = Counter(str(entry.node.resource_type) for entry in nodes)
    # without seeds and unit tests
    assert not {"seed", "unit_test"} & set(kinds)
    assert min(kinds["model"], kinds["test"]) > 5
    harness.assert_matches_oracle(
        db, oracle.compute(input_files.read_csv(harness.HANDMADE), settings())
    )
    return db, Tables.of(db)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The path of a database that does not exist yet."""
    (tmp_path / "db").mkdir()
    return tmp_path / "db" / f"{DATABASE}.duckdb"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with good CSV files, to be damaged."""
    return Path(shutil.copytree(harness.HANDMADE, tmp_path / "inputs"))


# --- good files ------------------------------------------------------------------------------


# Over the four cases, each table has each format once.
FOLDERS = [
    ("it's a folder", False),
    ("[a-z]*? {a,b}/**", True),
    ("Zoë 漢字 #1 %20 $HOME", True),
    ("{% raw %}{{ x }} {# y #}{% endraw %}", True),
]


@pytest.mark.parametrize(
    ("number", "name", "twisted"),
    [
        pytest.param(number, *folder, marks=pytest.mark.long if number else ())
        for number, folder in enumerate(FOLDERS)
    ],
)
def test_files_of_every_kind_in_folders_of_every_name(
    built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    number: int,
    name: str,
    twisted: bool,
) -> None:
    input_files.write_parquet(input_files.read_csv(harness.HANDMADE), tmp_path / "typed")
    # dbt renders a var that is a text, so that braces have to be marked as meant
    folder = tmp_path / name.removeprefix("{% raw %}").removesuffix("{% endraw %}")
    for position, table in enumerate(TABLES):
        kind = KINDS[(number + position) % len(KINDS)]
        write_table(table, kind, folder, tmp_path / "typed", twisted=twisted)
    dbt("run", db=db, data_dir=f"{tmp_path}/{name}" + "/" * (number % 3))
    built[1].assert_in(db)


@pytest.mark.long
def test_a_folder_name_is_no_column(
    built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Folders called `column=value` are partitions to many tools; here they are only folders.

    A relative path, because that is the other way to name a folder.
    """
    monkeypatch.chdir(tmp_path)
    shutil.copytree(harness.HANDMADE, tmp_path / "region=Mars" / "arr=1")
    dbt("run", db=db, data_dir="region=Mars/arr=1")
    built[1].assert_in(db)


@pytest.mark.long
def test_links_are_followed(
    built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path, tmp_path: Path
) -> None:
    """A linked file, a linked file in a folder, and a linked folder."""
    linked = tmp_path / "linked"
    (linked / "customers").mkdir(parents=True)
    (linked / "customers" / "1.csv").symlink_to(inputs / "customers.csv")
    (linked / "subscriptions.csv").symlink_to(inputs / "subscriptions.csv")
    for table in ("login_events", "support_tickets"):
        (tmp_path / table).mkdir()
        shutil.move(inputs / f"{table}.csv", tmp_path / table / "1.csv")
        (linked / table).symlink_to(tmp_path / table, target_is_directory=True)
    dbt("run", db=db, data_dir=str(linked))
    built[1].assert_in(db)


AWKWARD_TEXTS = (
    *random_inputs.AWKWARD_IDS,
    *(
        "",
        " ",
        "#1",
        "# a",
        "a # b",
        "a\nb",
        "a\r\nb",
        "a\rb",
        '"',
        '""',
        ',"',
        "a,,b",
        "\\",
        '\\"',
    ),
    *("'; drop table customers; --", '"; drop table customers; --', "{{ 1 / 0 }}", "{% do x %}"),
    *("../../etc/passwd", "$(id)", "${HOME}", "`id`", "%(a)s", "{}", "\x1b[31m", "=1+1"),
    *("'", "''", "\t", "NA", "nan", "true", "2024-01-01", "1,5", "customer_id", "\ufeff", "\u2028"),
)


def read_raw_table(dbt: Dbt, db: Path, table: str, data_dir: Path) -> str:
    """The SQL that reads a raw table."""
    call = "{{ customer_health.raw_table('" + table + "') }}"
    result = dbt("compile", "--inline", call, db=db, data_dir=str(data_dir))
    return f"SELECT * FROM {result.nodes[0].node.compiled_code}"


def write_csv(
    path: Path,
    rows: Iterable[Iterable[object]],
    quoting: Literal[0, 1] = csv.QUOTE_ALL,
    newline: str = "\n",
    encoding: str = "utf-8",
) -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, quoting=quoting, lineterminator=newline).writerows(rows)


def test_every_text_survives_in_a_csv_file(dbt: Dbt, db: Path, inputs: Path) -> None:
    """However the file is written."""
    query = read_raw_table(dbt, db, "customers", inputs)
    rng = random.Random(1)
    columns = oracle.INPUT_COLUMNS["customers"]
    duck = duckdb.connect(":memory:", config={"enable_external_file_cache": False})
    for trial in range(400):
        count = rng.choice((1, 2, 3, 8, 40))
        rows = [tuple(rng.choices(AWKWARD_TEXTS, k=len(columns))) for _ in range(count)]
        # a bare carriage return is only correct if everything is quoted
        quoting = csv.QUOTE_ALL if trial % 2 else csv.QUOTE_MINIMAL
        if quoting == csv.QUOTE_MINIMAL:
            rows = [tuple(text.replace("\r", "") for text in row) for row in rows]
        newline, encoding = rng.choice(("\n", "\r\n")), rng.choice(("utf-8", "utf-8-sig"))
        write_csv(inputs / "customers.csv", [columns, *rows], quoting, newline, encoding)
        found = duck.execute(query).fetchall()
        # an empty field is an empty text or null, which cleaning treats the same
        read = [tuple(text or "" for text in row) for row in found]
        assert read == rows, (inputs / "customers.csv").read_bytes()


def test_awkward_texts_reach_the_final_tables(dbt: Dbt, db: Path, inputs: Path) -> None:
    world = input_files.read_csv(harness.HANDMADE)
    texts = sorted({text.strip() for text in AWKWARD_TEXTS if text.strip(" \t\n\r\v\f")})
    world["customers"] = [
        {
            "customer_id": text,
            "acquisition_date": "2024-03-30",
            "region": text[::-1],
            "industry": "a,b\n",
        }
        for text in texts
    ]
    world["login_events"] += [
        {"user_id": text, "customer_id": text, "user_type": text, "login_timestamp": day}
        for text in texts
        for day in ("2024-03-31", f"not, a \n date: {text}")
    ]
    for table, columns in oracle.INPUT_COLUMNS.items():
        write_csv(inputs / f"{table}.csv", [columns, *(row.values() for row in world[table])])
    dbt("run", db=db, data_dir=str(inputs))
    harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
    harness.assert_matches_oracle(db, oracle.compute(world, settings()))


# --- bad files -------------------------------------------------------------------------------


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


def _remove(folder: Path) -> None:
    (folder / "support_tickets.csv").unlink()


def _remove_all(folder: Path) -> None:
    shutil.rmtree(folder)


def _linked_folder(folder: Path) -> None:
    (folder / "support_tickets").mkdir()
    (folder / "elsewhere").mkdir()
    shutil.move(folder / "support_tickets.csv", folder / "elsewhere" / "1.csv")
    (folder / "support_tickets" / "2024").symlink_to(folder / "elsewhere", target_is_directory=True)


def _empty_folder(folder: Path) -> None:
    _remove(folder)
    (folder / "support_tickets").mkdir()
    (folder / "support_tickets" / "_SUCCESS").touch()


def _other_files(folder: Path) -> None:
    _remove(folder)
    (folder / "support_tickets").mkdir()
    (folder / "support_tickets" / "tickets.xml").touch()


def _files_in_folders(folder: Path) -> None:
    (folder / "support_tickets" / "2024").mkdir(parents=True)
    shutil.move(folder / "support_tickets.csv", folder / "support_tickets" / "2024" / "1.csv")


def _folder_for_a_file(folder: Path) -> None:
    file = folder / "support_tickets.csv"
    content = file.read_bytes()
    file.unlink()
    file.mkdir()
    (file / "part-0.csv").write_bytes(content)


def _two_cases(folder: Path) -> None:
    (folder / "Login_Events.CSV").touch()


def _repeat_column(folder: Path) -> None:
    file = folder / "customers.csv"
    lines = [f"{line},{line.split(',')[2]}" for line in file.read_text().splitlines()]
    file.write_text("\n".join([lines[0].title(), *lines[1:]]))


def _add(folder: Path, name: str, rows: bytes) -> None:
    with (folder / name).open("ab") as file:
        file.write(rows)


def _short_line(folder: Path) -> None:
    """Far from the beginning, which DuckDB samples."""
    rows = b"u1,A,admin,2024-04-01 10:00:00\n" * 30_000 + b"u1,A\n"
    _add(folder, "login_events.csv", rows)


def _long_line(folder: Path) -> None:
    _add(folder, "customers.csv", b"Z,2024-01-01,EMEA,Software,5\n")


def _other_encoding(folder: Path) -> None:
    _add(folder, "customers.csv", "Z,2024-01-01,Österreich,Software\n".encode("latin-1"))


def _two_kinds(folder: Path) -> None:
    (folder / "login_events.parquet").touch()


def _file_and_folder(folder: Path) -> None:
    (folder / "login_events").mkdir()
    (folder / "login_events" / "1.csv").touch()


def _mixed_folder(folder: Path) -> None:
    (folder / "login_events").mkdir()
    shutil.move(folder / "login_events.csv", folder / "login_events" / "1.csv")
    (folder / "login_events" / "2.parquet").touch()


def _rename_column(folder: Path) -> None:
    file = folder / "subscriptions.csv"
    file.write_text(file.read_text().replace("arr\n", "ARR_EUR\n", 1))


def _several_things(folder: Path) -> None:
    _remove(folder)
    (folder / "login_events.csv").unlink()
    file = folder / "subscriptions.csv"
    file.write_text(file.read_text().replace("end_date,arr\n", "End,MRR\n", 1))
    _repeat_column(folder)


def _rename_parquet_column(folder: Path) -> None:
    _remove(folder)
    duckdb.sql("SELECT 1 AS ticket_id, 2 AS customer_id, 'open' AS Status").write_parquet(
        str(folder / "support_tickets.parquet")
    )


def _tildes(folder: Path) -> None:
    file = folder / "customers.csv"
    file.write_text(file.read_text().replace(",", "~"))


def _no_header(folder: Path) -> None:
    file = folder / "customers.csv"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))


def _nothing_in_it(folder: Path) -> None:
    (folder / "customers.csv").write_bytes(b"")


def _one_file_of_two(folder: Path) -> None:
    (folder / "subscriptions").mkdir()
    file = folder / "subscriptions" / "1.csv"
    shutil.move(folder / "subscriptions.csv", file)
    rows = list(csv.DictReader(file.open(newline="")))
    with (folder / "subscriptions" / "2.csv").open("w", newline="") as other:
        writer = csv.DictWriter(
            other, [name for name in rows[0] if name != "end_date"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)


BETWEEN = "Put commas, semicolons, tabs or | between the values."
NAMES = "Map other column names with column_map."
NO_INPUT = (
    "data_dir: no input for {1}; expected {0}/{1} with the ending .csv, "
    ".tsv, .json, .jsonl, .ndjson (each also .gz), .parquet or .xlsx, or a folder "
    "{0}/{1}/ of files of one such kind."
)
NO_TICKETS = NO_INPUT.replace("{1}", "support_tickets")
NEVER_HAD = "If your company has no such table, set empty_inputs: [{}]."
BAD_FILES: list[tuple[Callable[[Path], None], str]] = [
    (_remove, f"{NO_TICKETS} {NEVER_HAD.format('support_tickets')}"),
    (
        _other_files,
        "data_dir: {0}/support_tickets/tickets.xml would be ignored: it is none of .parquet, "
        ".csv, .tsv, .json, .jsonl, .ndjson and .xlsx, or move it away.",
    ),
    (
        _files_in_folders,
        "data_dir: {0}/support_tickets/2024/1.csv would be ignored; "
        "files have to be directly in {0}/support_tickets/. Move it away.",
    ),
    (
        _linked_folder,
        "data_dir: {0}/support_tickets/2024/1.csv would be ignored; "
        "files have to be directly in {0}/support_tickets/. Move it away.",
    ),
    (_empty_folder, f"{NO_TICKETS} {NEVER_HAD.format('support_tickets')}"),
    (
        _folder_for_a_file,
        "data_dir: {0}/support_tickets.csv is a folder; call it {0}/support_tickets. "
        f"{NEVER_HAD.format('support_tickets')}",
    ),
    (
        _remove_all,
        "data_dir: no file in {0}, or no such folder; a relative path starts where dbt is started.",
    ),
    (
        _two_kinds,
        "data_dir: more than one input for login_events: "
        "{0}/login_events.csv and {0}/login_events.parquet; keep one of them.",
    ),
    (
        _two_cases,
        "data_dir: more than one input for login_events: "
        "{0}/Login_Events.CSV and {0}/login_events.csv; keep one of them.",
    ),
    (
        _file_and_folder,
        "data_dir: more than one input for login_events: "
        "{0}/login_events.csv and {0}/login_events/1.csv; keep one of them.",
    ),
    (
        _mixed_folder,
        "data_dir: more than one input for login_events: "
        "{0}/login_events/1.csv and {0}/login_events/2.parquet; keep one of them.",
    ),
    (
        _rename_column,
        "{0}/subscriptions.csv has no column arr; "
        f"it has customer_id, product_id, quantity, start_date, end_date, arr_eur. {NAMES}",
    ),
    (
        _rename_parquet_column,
        "{0}/support_tickets.parquet has no column created_date, ticket_category or closed_date; "
        f"it has ticket_id, customer_id, status. {NAMES}",
    ),
    (
        _several_things,
        f"{NO_INPUT.replace('{1}', 'login_events')} {NO_TICKETS} "
        "{0}/customers.csv has the column region more than once; rename one of them. "
        "{0}/subscriptions.csv has no column end_date or arr; "
        f"it has customer_id, product_id, quantity, start_date, end, mrr. {NAMES} "
        f"{NEVER_HAD.format('login_events, support_tickets')}",
    ),
    (
        _repeat_column,
        "{0}/customers.csv has the column region more than once; rename one of them.",
    ),
    (
        _tildes,
        "{0}/customers.csv has no column customer_id or acquisition_date; "
        f"it has customer_id~acquisition_date~region~industry. {BETWEEN}",
    ),
    (
        _no_header,
        "{0}/customers.csv has no column customer_id or acquisition_date; "
        f"it has a, 2024-01-01, emea, software. {NAMES}",
    ),
    (_nothing_in_it, "{0}/customers.csv is empty; it needs a header with the column names."),
    (
        _one_file_of_two,
        "{0}/subscriptions/2.csv has no column end_date; "
        f"it has customer_id, product_id, quantity, start_date, arr. {NAMES}",
    ),
    (
        _short_line,
        "{0}/login_events.csv, line 30012: Expected Number of Columns: 4 Found: 2",
    ),
    (
        _long_line,
        "{0}/customers.csv, line 7: Expected Number of Columns: 4 Found: 5",
    ),
    (
        _other_encoding,
        "{0}/customers.csv, line 7: Invalid unicode (byte sequence mismatch) detected. "
        "This file is not utf-8 encoded. Set csv_encoding (cp1252 or utf-16), or "
        "save it as UTF-8.",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "line"), BAD_FILES, ids=[spoil.__name__.strip("_") for spoil, _ in BAD_FILES]
)
def test_a_missing_file_or_column_stops_the_build(
    built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    inputs: Path,
    spoil: Callable[[Path], None],
    line: str,
) -> None:
    spoil(inputs)
    shutil.copy(built[0], db)
    assert_stops(dbt, db, line.format(inputs), data_dir=str(inputs), empty_inputs=[])


@pytest.mark.parametrize(
    ("spoil", "line"), [case for case in BAD_FILES if case[0] in (_remove, _rename_column)]
)
def test_a_new_database_stays_empty(
    dbt: Dbt, db: Path, inputs: Path, spoil: Callable[[Path], None], line: str
) -> None:
    spoil(inputs)
    assert_stops(dbt, db, line.format(inputs), data_dir=str(inputs), empty_inputs=[])
    assert contents(db) == {}


def test_a_truncated_parquet_file_stops_the_build(
    built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path
) -> None:
    file = inputs / "customers.parquet"
    duckdb.sql(f"FROM read_csv({sql_text(inputs / 'customers.csv')})").write_parquet(str(file))
    (inputs / "customers.csv").unlink()
    file.write_bytes(file.read_bytes()[:-40])
    shutil.copy(built[0], db)
    before = contents(db)
    with pytest.raises(harness.DbtFailed, match=str(file)):
        dbt("run", db=db, data_dir=str(inputs))
    assert contents(db) == before


def test_two_places_at_once_stop_the_build(
    built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path
) -> None:
    line = "Set data_dir or source_schema, not both."
    shutil.copy(built[0], db)
    assert_stops(dbt, db, line, data_dir=str(inputs), source_schema="main")


# --- tables ----------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    "schema",
    [
        "Raw data",
        pytest.param('x"; drop schema main cascade; --', marks=pytest.mark.long),
        pytest.param("it's {}", marks=pytest.mark.long),
    ],
)
def test_tables_give_the_same_as_files(
    built: tuple[Path, Tables], dbt: Dbt, db: Path, schema: str
) -> None:
    make_tables(db, quoted(schema))
    dbt("run", db=db, source_schema=schema, source_database=DATABASE)
    built[1].assert_in(db)
    dbt("run", db=db, source_schema=schema)
    built[1].assert_in(db)


@pytest.mark.long
def test_attached_database_gives_the_same_as_files(
    built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_tables(tmp_path / "crm.duckdb", "exports")
    monkeypatch.setenv("DUCKDB_ATTACH", str(tmp_path / "crm.duckdb"))
    dbt("run", db=db, source_schema="exports", source_database="crm")
    built[1].assert_in(db)
    # read-only, and shared with another reader
    with duckdb.connect(str(tmp_path / "crm.duckdb"), read_only=True):
        dbt("run", db=db, source_schema="exports", source_database="crm")
    assert_stops(dbt, db, no_tables("crm.nowhere"), source_schema="nowhere", source_database="crm")


def test_a_missing_table_or_column_stops_the_build(
    built: tuple[Path, Tables], dbt: Dbt, db: Path, tmp_path: Path
) -> None:
    other = tmp_path / f"{DATABASE}.duckdb"
    shutil.copy(built[0], other)
    make_tables(other, "crm", dropped="closed_date")
    shutil.copy(other, db)
    column = (
        f'"{DATABASE}"."crm"."support_tickets" has no column closed_date; '
        f"it has ticket_id, customer_id, status, created_date, ticket_category. {NAMES}"
    )
    assert_stops(dbt, db, column, source_schema="crm")
    assert_stops(dbt, db, no_tables(f"{DATABASE}.nowhere"), source_schema="nowhere")


TABLE_NAMES = {
    "customers": "Accounts (new)",
    "subscriptions": 'x"; drop schema main cascade; --',
    "login_events": "it's {{ 1 / 0 }}",
    "support_tickets": "customers",
}


def test_tables_may_have_other_names(built: tuple[Path, Tables], dbt: Dbt, db: Path) -> None:
    make_tables(db, "crm")
    with duckdb.connect(str(db)) as duck:
        for table, name in TABLE_NAMES.items():
            duck.execute(f"ALTER TABLE crm.{table} RENAME TO {quoted(name)}")
    dbt("run", db=db, source_schema="crm", source_tables=TABLE_NAMES)
    built[1].assert_in(db)
    line = (
        f"source_schema: there is no table {DATABASE}.crm.customer. "
        f"source_schema: there is no table {DATABASE}.crm.subscriptions."
    )
    others = {"customers": "customer", "subscriptions": "subscriptions"}
    missing = {"source_tables": TABLE_NAMES | others, "empty_inputs": ["login_events"]}
    never_had = NEVER_HAD.format("subscriptions")
    assert_stops(dbt, db, f"{line} {never_had}", source_schema="crm", **missing)


# --- inputs that a company does not have ---------------------------------------------------------


def expressions(table: str) -> dict[str, dict[str, object]]:
    """Every column of a table by an expression over columns that are not there."""
    columns = (*oracle.INPUT_COLUMNS[table], *oracle.OPTIONAL_COLUMNS[table])
    return {table: {name: {"expression": f"their_{name}"} for name in columns}}


@pytest.mark.parametrize("mapped", [False, pytest.param(True, marks=pytest.mark.long)])
def test_files_in_empty_inputs_may_be_missing(
    dbt: Dbt, db: Path, inputs: Path, mapped: bool
) -> None:
    world = input_files.read_csv(harness.HANDMADE)
    left_out = ["login_events", "support_tickets"]
    elsewhere = inputs.parent / "elsewhere"
    elsewhere.mkdir()
    for table in left_out:
        shutil.move(inputs / f"{table}.csv", elsewhere)
    vars: dict[str, object] = {"data_dir": str(inputs), "empty_inputs": left_out}
    if mapped:
        vars["column_map"] = expressions("login_events") | expressions("support_tickets")
    run = dbt("run", db=db, **vars)
    assert {f"{table}: missing, as empty_inputs allows." for table in left_out} <= {*run.messages}
    harness.assert_matches_oracle(
        db, oracle.compute(world | {table: [] for table in left_out}, settings())
    )
    # one of them arrives
    shutil.move(elsewhere / "login_events.csv", inputs)
    vars["column_map"] = {}
    dbt("run", db=db, **vars)
    harness.assert_matches_oracle(db, oracle.compute(world | {"support_tickets": []}, settings()))
    # a folder without any input is the wrong folder
    no_folder = f"data_dir: no file in {elsewhere / 'x'}, or no such folder; a relative path "
    everything = {"data_dir": str(elsewhere / "x"), "empty_inputs": [*TABLES]}
    assert_stops(dbt, db, f"{no_folder}starts where dbt is started.", **everything)


@pytest.mark.long
def test_tables_in_empty_inputs_may_be_missing(dbt: Dbt, db: Path) -> None:
    make_tables(db, "crm")
    with duckdb.connect(str(db)) as duck:
        duck.execute("DROP TABLE crm.support_tickets")
    world = input_files.read_csv(harness.HANDMADE) | {"support_tickets": []}
    vars = {"source_schema": "crm", "empty_inputs": ["support_tickets"]}
    for column_map in (expressions("support_tickets"), {}):
        dbt("run", db=db, **vars, column_map=column_map)
        harness.assert_matches_oracle(db, oracle.compute(world, settings()))
    everything = {"source_schema": "nowhere", "empty_inputs": [*TABLES]}
    assert_stops(dbt, db, no_tables(f"{DATABASE}.nowhere"), **everything)


# --- DuckDB's own settings -------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"threads": "1"},
        {"threads": "3", "memory_limit": "333MB", "temp_directory": "/tmp/it's"},
    ],
    ids=str,
)
def test_duckdb_settings_come_from_the_environment(
    dbt: Dbt, db: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    names = ("threads", "memory_limit", "temp_directory")
    for name in names:
        monkeypatch.delenv(f"DUCKDB_{name.upper()}", raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(f"DUCKDB_{name.upper()}", value)
    query = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    result = dbt("show", "--inline", f"SELECT {query}", db=db)
    (row,) = result.nodes[0].agate_table.rows
    with duckdb.connect(str(db)) as duck:
        for name, value in chosen.items():
            duck.execute(f"SET {name} = {sql_text(value)}")
        expected = duck.execute(f"SELECT {query}").fetchall()[0]
    assert [str(row[name]) for name in names] == [str(value) for value in expected]
