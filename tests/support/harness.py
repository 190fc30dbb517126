"""Runs the dbt project in this process against a DuckDB file of the caller, and compares tables."""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import build
import duckdb
import oracle
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

ROOT = Path(__file__).resolve().parents[2]
HANDMADE = ROOT / "tests" / "fixtures" / "handmade"
MAX_SHOWN = 12
# The inputs of the tests are full of bad rows, and of no particular time.
LENIENT: Mapping[str, object] = {"max_rejected_share": 1, "source_check_severity": "off"}

Row = dict[str, Any]


class DbtFailed(Exception):
    """A dbt command did not succeed; the text is what dbt said."""


def copy_project(folder: Path) -> Path:
    """A copy of the project in a new folder, to break it."""
    for name in ("models", "macros", "seeds", "tests/singular", "dbt_packages"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml", "package-lock.yml"):
        shutil.copy(ROOT / name, folder)
    return folder


@contextmanager
def mutated(path: Path, old: str, new: str) -> Iterator[None]:
    """Replaces a text that a file has once, for as long as it takes."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """Spares each run of dbt the search for garbage among all that has been imported so far."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@contextmanager
def attached(**files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection to several DuckDB files, each of them under its name, to be read."""
    with duckdb.connect() as connection:
        for name, file in files.items():
            connection.execute(f"attach '{file}' as {name} (read_only)")
        yield connection


def close_dbt_connections() -> None:
    """Lets go of the DuckDB file, so that it can be read, replaced or deleted.

    dbt-duckdb keeps one connection per process open for later invocations, and its own
    ``close_all_connections`` only forgets it.
    """
    reset_adapters()
    build.close_dbt_connection()
    DuckDBConnectionManager.close_all_connections()
    gc.collect()


def dbt_options(
    *,
    target: Path,
    project: Path = ROOT,
    profiles: Path | None = None,
    vars: Mapping[str, object] | None = None,
) -> list[str]:
    """Where a dbt command finds the project and leaves its artifacts; as in ``invoke_dbt``.

    ``vars`` come on top of LENIENT.
    """
    return [
        *("--project-dir", str(project)),
        *("--profiles-dir", str(profiles or project)),
        *("--target-path", str(target / "target")),
        *("--log-path", str(target / "logs")),
        *("--vars", json.dumps({**LENIENT, **(vars or {})}, default=_as_number)),
    ]


def invoke_dbt(
    *args: str,
    db: Path,
    target: Path,
    project: Path = ROOT,
    profiles: Path | None = None,
    vars: Mapping[str, object] | None = None,
    manifest: Manifest | None = None,
    listen: Callable[[EventMsg], None] = lambda event: None,
) -> dbtRunnerResult:
    """Runs one dbt command and returns what came of it, success or not.

    ``target`` is the folder for artifacts and logs, ``profiles`` that of a profiles.yml other than
    the project's; ``listen`` hears dbt's messages. The rest is as in ``run_dbt``.
    """
    options = dbt_options(target=target, project=project, profiles=profiles, vars=vars)
    command = ["--quiet", "--no-use-colors", "--no-version-check", *args, *options]
    try:
        with mock.patch.dict(os.environ, DUCKDB_PATH=str(db)):
            return dbtRunner(manifest, callbacks=[listen]).invoke(command)
    finally:
        close_dbt_connections()


def run_dbt(
    *args: str,
    db: Path,
    project: Path = ROOT,
    vars: Mapping[str, object] | None = None,
    manifest: Manifest | None = None,
) -> dbtRunnerResult:
    """Runs one dbt command, such as ``run_dbt("run", "--full-refresh", db=file)``.

    ``db`` is the DuckDB file, which need not exist; ``vars`` become ``--vars`` and may hold
    whatever JSON can, and Decimals.  Artifacts and logs go to a folder that is deleted afterwards.
    ``manifest`` is what ``parsed`` gave, and saves most of the time of a small command.
    Raises DbtFailed with dbt's messages when the command fails.
    """
    errors: list[str] = []

    def listen(event: EventMsg) -> None:
        if event.info.level == "error" and event.info.msg.strip():
            errors.append(event.info.msg.strip())

    with tempfile.TemporaryDirectory() as scratch:
        result = invoke_dbt(
            *args,
            db=db,
            target=Path(scratch),
            project=project,
            vars=vars,
            manifest=manifest,
            listen=listen,
        )
    if not result.success:
        if result.exception is not None:
            errors.append(str(result.exception))
        raise DbtFailed("\n".join(["dbt " + " ".join(args), *dict.fromkeys(errors)]))
    return result


def said_by_dbt(*args: str, **options: Any) -> list[str]:
    """Runs a dbt command that leaves no artifacts, as in ``invoke_dbt``; returns dbt's messages.

    Raises DbtFailed with the errors among them.
    """
    events: list[EventMsg] = []
    result = invoke_dbt(
        *(*args, "--no-write-json", "--log-level-file", "none"), **options, listen=events.append
    )
    if not result.success:
        errors = [event.info.msg for event in events if event.info.level == "error"]
        raise DbtFailed("\n".join(errors or [str(result.exception)]))
    return [event.info.msg for event in events]


def parsed(db: Path, vars: Mapping[str, object] | None = None) -> Manifest:
    """The parsed project, for databases with the file name of ``db``.

    It knows where the raw tables come from (seeds, files or tables), but no other setting.
    """
    return run_dbt("parse", db=db, vars=vars).result


def _as_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} has no place in a dbt var")


def dbt_vars(settings: oracle.Settings, data_dir: Path | None = None) -> dict[str, object]:
    """The dbt vars that say the same as ``settings``; without data_dir dbt reads the seeds."""
    result: dict[str, object] = {
        "reporting_timezone": settings.reporting_timezone,
        "subscription_end_date_is_inclusive": settings.subscription_end_date_is_inclusive,
        "high_aging_ticket_threshold": settings.high_aging_ticket_threshold,
        "risk_weights": dict(settings.risk_weights),
    }
    if settings.as_of_date is not None:
        result["as_of_date"] = settings.as_of_date.isoformat()
    if data_dir is not None:
        result["data_dir"] = str(data_dir)
    return result


def read_table(db: Path, name: str, schema: str = "main") -> list[Row]:
    """All rows of a table, as dicts in the table's column order.  Raises duckdb.Error."""
    with duckdb.connect(str(db), read_only=True) as connection:
        cursor = connection.execute(f'SELECT * FROM "{schema}"."{name}"')
        columns = [entry[0] for entry in cursor.description]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def _report(title: str, problems: Sequence[str]) -> str:
    more = len(problems) - MAX_SHOWN
    tail = [f"... and {more} more"] if more > 0 else []
    return "\n".join([title, *problems[:MAX_SHOWN], *tail])


def _same_cell(actual: object, expected: object) -> bool:
    # 1 == 1.0 == True == Decimal(1) in Python, but not in a contract
    return type(actual) is type(expected) and actual == expected


def assert_same_table(
    actual: Sequence[Row], expected: Sequence[Row], key: str | Sequence[str]
) -> None:
    """Every row and cell must be there, equal and of the same type, and nothing else.

    ``key`` names the column or columns that identify a row.  The order of rows does not matter.
    Raises AssertionError that lists the row counts and the first differing cells.
    """
    keys = (key,) if isinstance(key, str) else tuple(key)

    def indexed(rows: Sequence[Row], side: str) -> dict[tuple[object, ...], Row]:
        result: dict[tuple[object, ...], Row] = {}
        for row in rows:
            identity = tuple(row[column] for column in keys)
            if identity in result:
                problems.append(f"{side}: more than one row {_shown(identity)}")
            result[identity] = row
        return result

    def _shown(identity: tuple[object, ...]) -> str:
        pairs = zip(keys, identity, strict=True)
        return "(" + ", ".join(f"{column}={value}" for column, value in pairs) + ")"

    problems: list[str] = []
    if len(actual) != len(expected):
        problems.append(f"row count: actual {len(actual)}, expected {len(expected)}")
    by_key, expected_by_key = indexed(actual, "actual"), indexed(expected, "expected")
    problems += [f"missing row {_shown(k)}" for k in expected_by_key if k not in by_key]
    problems += [f"unexpected row {_shown(k)}" for k in by_key if k not in expected_by_key]
    for identity, expected_row in expected_by_key.items():
        row = by_key.get(identity)
        if row is None:
            continue
        if list(row) != list(expected_row):
            problems.append(f"columns: actual {list(row)}, expected {list(expected_row)}")
            break
        problems += [
            f"{_shown(identity)} {column}: actual {row[column]!r}, expected {value!r}"
            for column, value in expected_row.items()
            if not _same_cell(row[column], value)
        ]
    if problems:
        raise AssertionError(_report("tables differ", problems))


def _rejection(row: Mapping[str, Any]) -> tuple[str, str, str | None]:
    key = row["record_key"]
    if row["reason"] == "duplicate_event" and key is not None:
        # One moment can be written in several ways, and any of the equal events may be the one
        # that is kept, so the timestamp's spelling says nothing.
        key = key.rsplit("|", 1)[0]
    return row["source_table"], row["reason"], key


def assert_same_rejections(actual: Sequence[Row], expected: Sequence[Row]) -> None:
    """The same (source_table, reason, record_key), the same number of times."""
    found, wanted = Counter(map(_rejection, actual)), Counter(map(_rejection, expected))
    if found != wanted:
        lines = [f"missing {count} x {entry}" for entry, count in (wanted - found).items()]
        lines += [f"unexpected {count} x {entry}" for entry, count in (found - wanted).items()]
        raise AssertionError(_report("rejected_records differ", lines))


def assert_records_are_rows(
    rejected: Sequence[Row], world: Mapping[str, Sequence[Mapping[str, str | None]]]
) -> None:
    """Each ``record`` is the JSON of one raw row of ``world``, which was read as texts.

    A missing text and an empty one count as equal.
    """

    def entry(table: str, row: Mapping[str, str | None]) -> tuple[object, ...]:
        return table, *((column, row[column] or None) for column in oracle.INPUT_COLUMNS[table])

    rows = Counter(entry(table, row) for table, found in world.items() for row in found)
    records = Counter(entry(row["source_table"], json.loads(row["record"])) for row in rejected)
    if records - rows:
        raise AssertionError(_report("records that are no raw row", list(map(str, records - rows))))


def assert_matches_oracle(db: Path, expected: oracle.Result) -> None:
    """The public tables and views in ``db`` are what the oracle says."""
    # rejections first: a wrongly accepted row explains differences in the metrics
    assert_same_rejections(read_table(db, "rejected_records"), expected.rejected_records)
    assert_same_table(
        read_table(db, "customer_daily_metrics"),
        expected.customer_daily_metrics,
        ("customer_id", "date"),
    )
    assert_same_table(
        read_table(db, "customers_enriched"), expected.customers_enriched, "customer_id"
    )
    assert_same_table(
        read_table(db, "customer_risk_drivers"), expected.customer_risk_drivers, "record_key"
    )
    assert_same_table(
        read_table(db, "customer_months"), expected.customer_months, ("customer_id", "month")
    )
    assert_same_table(
        read_table(db, "open_support_tickets"), expected.open_support_tickets, "ticket_id"
    )
