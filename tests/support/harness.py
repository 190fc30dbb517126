"""Runs the dbt project in this process, and compares the tables that it makes."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import build_project
import duckdb
import oracle
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
HANDMADE = ROOT / "tests" / "fixtures" / "handmade"
MAX_SHOWN = 12
EXHAUSTIVE = (pytest.mark.long, pytest.mark.exhaustive)
# Test inputs are full of bad rows, and of any age.
LENIENT: Mapping[str, object] = {
    "max_rejected_share": 1,
    "empty_inputs": [*oracle.INPUT_COLUMNS],
    "source_check_severity": "off",
}
# The public tables and views except rejected_records, with their keys.
KEYS: Mapping[str, tuple[str, ...]] = {
    "customer_daily_metrics": ("customer_id", "date"),
    "customers_enriched": ("customer_id",),
    "customer_risk_drivers": ("record_key",),
    "customer_months": ("customer_id", "month"),
    "open_support_tickets": ("ticket_id",),
    "risk_score_outcomes": ("customer_id", "date"),
    "risk_score_lift": ("month", "decile"),
    "risk_score_power": ("month", "predictor"),
    "churn_rates": ("decile",),
    "customer_outlook": ("customer_id",),
    "upcoming_renewals": ("customer_id", "product_id", "end_date"),
    "customer_list": ("customer_id",),
    "customer_week": ("customer_id",),
    "segment_months": ("month", "kind", "segment"),
    "cohort_quarters": ("cohort", "quarters_since_acquisition"),
    "usage_before_churn": ("customer_group", "months_before"),
}
# Settings that decide which nodes exist and what they depend on.
PARSED = {
    "data_dir": "anywhere",
    "source_schema": "anywhere",
    "test_all_days": True,
    "customer_attributes": ["owner"],
}

Row = dict[str, Any]


class DbtFailed(Exception):
    """A dbt command did not succeed; the text is what dbt said."""


def copy_project(folder: Path) -> Path:
    """A copy of the project in a new folder, to modify."""
    for name in ("models", "macros", "seeds", "tests/singular", "dbt_packages"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml", "package-lock.yml"):
        shutil.copy(ROOT / name, folder)
    return folder


def copy_owner(folder: Path) -> Path:
    """A copy of integration_tests in a new folder, with a copy of the project installed in it."""
    owner = copy_project(folder) / "integration_tests"
    made = shutil.ignore_patterns("dbt_packages", "package-lock.yml", "target", "logs", "*.duckdb")
    shutil.copytree(ROOT / "integration_tests", owner, ignore=made)
    script = ROOT / "dev" / "install_packages.py"
    subprocess.run([sys.executable, script, "--offline", "--project", owner], check=True)
    return owner


def text_with(path: Path, old: str) -> str:
    """The text of a file in which ``old`` occurs once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times: {old}"
    return text


@contextmanager
def mutated(path: Path, old: str, new: str) -> Iterator[None]:
    """Replaces a text that occurs once in a file, until the block ends."""
    text = text_with(path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def random_cases(number: int, **options: Any) -> settings:
    """Settings of a Hypothesis test with that many cases, times the profile's factor."""
    return settings(
        max_examples=max(1, number * settings.default.max_examples // 100),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        **options,
    )


def some_long(mutants: Iterable[Any], short: Collection[str]) -> list[Any]:
    """Mutants as parameters of a test: ``make test`` runs those in ``short`` only."""
    parameters = [
        pytest.param(mutant, id=mutant.name, marks=() if mutant.name in short else EXHAUSTIVE)
        for mutant in mutants
    ]
    assert set(short) <= {str(parameter.id) for parameter in parameters}
    return parameters


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def attached(**files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to several DuckDB files, each under its name."""
    with duckdb.connect() as connection:
        for name, file in files.items():
            connection.execute(f"attach '{file}' as {name} (read_only)")
        yield connection


def close_dbt_connections() -> None:
    """Releases the DuckDB file, so that it can be read, replaced or deleted.

    dbt-duckdb keeps one connection per process open for later invocations, and its own
    ``close_all_connections`` only forgets it.
    """
    reset_adapters()
    build_project.close_dbt_connection()
    DuckDBConnectionManager.close_all_connections()
    gc.collect()


@dataclass(frozen=True)
class Run:
    """The outcome of a dbt command."""

    outcome: dbtRunnerResult
    events: Sequence[EventMsg]

    @property
    def success(self) -> bool:
        """Whether dbt's exit code would be 0."""
        return self.outcome.success

    @property
    def nodes(self) -> list[Any]:
        """Dbt's result of each node that was run."""
        return list(self.outcome.result or ())

    @property
    def messages(self) -> list[str]:
        """All of dbt's messages, with statements and debugging."""
        return [event.info.msg for event in self.events]

    @property
    def findings(self) -> list[str]:
        """The lines of all warnings and errors."""
        texts = [e.info.msg for e in self.events if e.info.level in ("warn", "error")]
        texts += [str(self.outcome.exception or "")]
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]

    @property
    def errors(self) -> list[str]:
        """The texts of all errors."""
        texts = [e.info.msg.strip() for e in self.events if e.info.level == "error"]
        texts += [str(self.outcome.exception)] if self.outcome.exception is not None else []
        return [text for text in texts if text]

    @property
    def compiled(self) -> dict[str, str]:
        """The SQL of each node that was run or compiled, by name."""
        return {entry.node.name: entry.node.compiled_code for entry in self.nodes}

    def failed(self, *status: str) -> list[str]:
        """The names of the nodes with one of these states."""
        return sorted(entry.node.name for entry in self.nodes if entry.status in status)

    def said_of(self, model: str) -> list[str]:
        """The model's log lines about its rebuild."""
        return [
            text.removeprefix(f"{model}: ")
            for text in self.messages
            if text.startswith(f"{model}: ")
        ]


class Dbt:
    """Runs dbt commands in this process, on databases of the caller.

    The project is parsed once for each kind of inputs and target, which is most of the time of a
    small command: whoever changes the project asks for another one, by ``of``. Artifacts and logs
    are in ``folder``, where dbt also finds what it parsed before, in this process or another.
    """

    def __init__(self, folder: Path, project: Path = ROOT, profiles: Path | None = None) -> None:
        self.folder = folder
        self.project = project
        self.profiles = profiles or project
        self._manifests: dict[str, Manifest] = {}

    def of(self, project: Path, folder: Path | None = None) -> Dbt:
        """The same for the project in another folder, or for one that has changed."""
        return Dbt(folder or project.parent, project)

    def with_profiles(self, folder: Path) -> Dbt:
        """The same with the profiles.yml of a folder, which then has the artifacts as well."""
        return Dbt(folder, self.project, folder)

    def options(self, **vars: object) -> list[str]:
        """The options of a command line; ``vars`` come on top of LENIENT."""
        return [
            *("--project-dir", str(self.project)),
            *("--profiles-dir", str(self.profiles)),
            *("--target-path", str(self.folder / "target")),
            *("--log-path", str(self.folder / "logs")),
            *("--vars", json.dumps({**LENIENT, **vars}, default=_as_number)),
        ]

    def __call__(
        self, *args: str, db: Path, check: bool = True, artifacts: bool = False, **vars: object
    ) -> Run:
        """Runs one command, such as ``dbt("run", "--full-refresh", db=file)``.

        ``db`` is the DuckDB file, which need not exist; ``vars`` become ``--vars`` and may hold
        whatever JSON can, and Decimals. Only with ``artifacts`` are dbt's JSON files written.
        Raises DbtFailed with dbt's errors when the command fails, unless ``check`` is false.
        """
        # dbt caches deferral and freshness in the parsed manifest
        if {"parse", "clone", "freshness", "--defer"} & set(args):
            return self._run(args, db, check, artifacts, vars, None)
        # the file's name is the database's name, which is part of every relation
        target = args[args.index("--target") + 1] if "--target" in args else ""
        shape = {name: value for name, value in PARSED.items() if vars.get(name)}
        key = "-".join(("parsed", db.name, target, *shape))
        if key not in self._manifests:
            # the same for all, so that dbt finds its partial parse
            parser = Dbt(self.folder / key, self.project, self.profiles)
            parse = ("parse", *(("--target", target) if target else ()))
            parser.folder.mkdir(parents=True, exist_ok=True)
            with locked(parser.folder / "lock"):
                run = parser._run(parse, parser.folder / db.name, check, False, shape, None)
            if not run.success:
                return run
            self._manifests[key] = run.outcome.result
            # saves garbage collection of what stays
            gc.collect()
            gc.freeze()
        return self._run(args, db, check, artifacts, vars, self._manifests[key])

    def _run(
        self,
        args: Sequence[str],
        db: Path,
        check: bool,
        artifacts: bool,
        vars: Mapping[str, object],
        manifest: Manifest | None,
    ) -> Run:
        events: list[EventMsg] = []
        command = ["--quiet", "--no-use-colors", "--no-version-check", *args]
        command += [*self.options(**vars), "--log-level-file", "none"]
        command += [] if artifacts else ["--no-write-json"]
        try:
            with mock.patch.dict(os.environ, DUCKDB_PATH=str(db)):
                outcome = dbtRunner(manifest, callbacks=[events.append]).invoke(command)
        finally:
            close_dbt_connections()
        run = Run(outcome, events)
        if check and not run.success:
            raise DbtFailed("\n".join(["dbt " + " ".join(args), *dict.fromkeys(run.errors)]))
        return run


def _as_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} has no place in a dbt var")


def dbt_vars(settings: oracle.Settings, data_dir: Path | None = None) -> dict[str, object]:
    """The dbt vars for ``settings``; without data_dir dbt reads the seeds."""
    result: dict[str, object] = {
        "reporting_timezone": settings.reporting_timezone,
        "date_format": settings.date_format,
        "decimal_separator": settings.decimal_separator,
        "null_values": settings.null_values,
        "subscription_end_date_is_inclusive": settings.subscription_end_date_is_inclusive,
        "closed_statuses": list(settings.closed_statuses),
        "ignored_ticket_statuses": list(settings.ignored_ticket_statuses),
        "high_aging_ticket_threshold": settings.high_aging_ticket_threshold,
        "risk_weights": dict(settings.risk_weights),
        "outcome_days": settings.outcome_days,
        "risk_bands": dict(settings.risk_bands),
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
    """Every row and cell must be equal and of the same type, with nothing missing or extra.

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
    joined = row["source_table"] in ("subscriptions", "login_events")
    if joined and row["reason"].startswith("duplicate") and key is not None:
        # A day or time has several spellings, and any of equal rows may be kept.
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

    A missing text and an empty one count as equal. A record has the names of the file, in its case.
    """

    def named(record: str) -> dict[str, str | None]:
        return {name.lower(): text for name, text in json.loads(record).items()}

    def entry(table: str, row: Mapping[str, str | None]) -> tuple[object, ...]:
        columns = (*oracle.INPUT_COLUMNS[table], *oracle.OPTIONAL_COLUMNS[table])
        return table, *((column, row.get(column) or None) for column in columns)

    rows = Counter(entry(table, row) for table, found in world.items() for row in found)
    records = Counter(entry(row["source_table"], named(row["record"])) for row in rejected)
    if records - rows:
        raise AssertionError(_report("records that are no raw row", list(map(str, records - rows))))


def assert_matches_oracle(
    db: Path, expected: oracle.Result, tables: Iterable[str] = tuple(KEYS)
) -> None:
    """The public tables and views in ``db``, or some of them, equal the oracle's."""
    # rejections first: a wrongly accepted row explains differences in the metrics
    assert_same_rejections(read_table(db, "rejected_records"), expected.rejected_records)
    for name in tables:
        assert_same_table(read_table(db, name), getattr(expected, name), KEYS[name])
