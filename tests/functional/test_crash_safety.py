"""A killed or failed build leaves the old tables or the new ones, and the next one is right.

The kills fall at the same moments on every run, as far as clocks allow; with a Hypothesis profile
that asks for more cases, further ones fall at new moments.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import duckdb
import generate_data
import harness
import pytest
from harness import Dbt
from hypothesis import settings

DAILY = "customer_daily_metrics"
FINGERPRINTS = "customer_daily_metrics_fingerprints"
# dbt writes the database's name, that of its file, into every relation.
FILE = "customer_health.duckdb"
# harness changes os.environ for moments, while another thread launches dbt
ENVIRONMENT = dict(os.environ)

# Missing in the old inputs: rows that are up to two years late, and the last weeks.
MISSING = {
    "customers": "acquisition_date > '2025-12-10'",
    "subscriptions": "start_date > '2023-11-01' and hash(customer_id, arr) % 10 = 0",
    "login_events": "login_timestamp > '2023-11-01' and hash(user_id, login_timestamp) % 10 = 0"
    " or login_timestamp > '2025-12-10'",
    "support_tickets": "created_date > '2023-11-01' and hash(ticket_id) % 10 = 0",
}


class Command(NamedTuple):
    """A way to bring the old tables up to date: its arguments and settings."""

    args: tuple[str, ...]
    settings: str = "defaults"


SETTINGS: dict[str, Mapping[str, object]] = {
    "defaults": {},
    "weighted": {"risk_weights": {"arr": 2}},
}
COMMANDS = {
    "run": Command(("run",)),
    "build": Command(("build",)),
    "full refresh": Command(("run", "--full-refresh")),
    # every day is rebuilt without --full-refresh
    "weighted": Command(("run",), "weighted"),
}


class Step(NamedTuple):
    """A message of dbt: its name, a part of its text, and whether it is about the daily table."""

    name: str
    event: str
    text: str = ""
    of_daily: bool = True

    def is_in(self, line: str) -> bool:
        if not line.startswith("{"):
            return False
        message = json.loads(line)
        data, info = message["data"], message["info"]
        if self.of_daily and data.get("node_info", {}).get("node_name") != DAILY:
            return False
        return info["name"] == self.event and self.text in data.get("sql", info["msg"])


# In their order; dbt announces a statement before it sends it.
STEPS = (
    Step("start", "LogStartLine"),
    Step("begin", "SQLQuery", "BEGIN"),
    Step("take fingerprints", "SQLQuery", "create table"),
    Step("insert", "SQLQuery", "insert into"),
    Step("inserted", "SQLQueryStatus"),
    Step("commit", "SQLQuery", "COMMIT"),
    Step("committed", "SQLQueryStatus"),
    Step("done", "LogModelResult"),
    Step("last hook", "LogHookStartLine", "on-run-end", of_daily=False),
    Step("end", "CommandCompleted", of_daily=False),
)
LAUNCH = "launch"


class Moment(NamedTuple):
    """Where a kill falls: at which share of the time between a step and the next one.

    The launch is no step, and its time is that of the whole build.
    """

    command: str
    step: str
    share: float


def planned_moments() -> list[Moment]:
    in_steps: dict[str, dict[str, tuple[float, ...]]] = {
        "run": {
            "begin": (0.5,),
            "insert": (0.01, 0.3, 0.6, 0.95),
            "inserted": (0.5,),
            "take fingerprints": (0.5,),
            "commit": (0, 0.1, 0.3, 0.6),
            "done": (0.3,),
            "end": (0.1,),
        },
        "full refresh": {
            "insert": (0.5, 0.9),
            "inserted": (0.5,),
            "commit": (0, 0.3),
            "committed": (0, 0.5),
        },
        "weighted": {"insert": (0.5,), "committed": (0.2,)},
        "build": {"done": (0.3,)},
    }
    moments = [
        Moment(command, step, share)
        for command, steps in in_steps.items()
        for step, shares in steps.items()
        for share in shares
    ]
    fixed, new = random.Random(7), random.Random()
    moments += [Moment("run", LAUNCH, (fifth + fixed.random()) / 5) for fifth in range(5)]
    for _ in range(len(moments) * (settings.default.max_examples // 100 - 1)):
        command = new.choices(tuple(COMMANDS), (12, 1, 4, 3))[0]
        step = new.choice((LAUNCH, LAUNCH, *(step.name for step in STEPS)))
        moments.append(Moment(command, step, new.random()))
    return moments


@dataclass(frozen=True)
class Run:
    """A dbt process: when it reached which steps, and how it ended."""

    db: Path
    steps: dict[str, float]
    status: int
    output: str

    @property
    def last_step(self) -> str:
        return list(self.steps)[-2]

    def seconds_after(self, step: str) -> float:
        times = list(self.steps.values())
        position = list(self.steps).index(step)
        return times[-1 if step == LAUNCH else position + 1] - times[position]


@dataclass(frozen=True)
class History:
    """A folder with ``inputs`` and the ``old`` database, made of inputs that lacked some rows.

    The project is a copy, so that it stays the same while the tests run.
    """

    folder: Path
    project: Path
    runs: Dbt
    # that made the old database
    build: Run

    @property
    def old(self) -> Path:
        return self.folder / "old" / FILE

    def new(self, settings: str = "defaults") -> Path:
        """What a database built from scratch looks like."""
        db = self.folder / settings / FILE
        if not db.exists():
            db.parent.mkdir()
            self.dbt("run", db=db, settings=settings)
        return db

    def dbt(self, *args: str, db: Path, settings: str = "defaults") -> None:
        self.runs(*args, db=db, **dbt_vars(self.folder / "inputs", settings))


def dbt_vars(inputs: Path, settings: str = "defaults") -> dict[str, object]:
    return {"data_dir": str(inputs), **SETTINGS[settings]}


def work(folder: Path) -> Path:
    """The one path at which dbt is launched: another one would make it parse the project again."""
    (folder / "work").mkdir(exist_ok=True)
    return folder / "work" / FILE


def launch(folder: Path, name: str, step: str = "", delay: float = 0) -> Run:
    """Runs dbt on its own, and kills it when the delay after the step is over, if one is named."""
    command = COMMANDS[name]
    db = work(folder)
    # what was parsed with other settings would have to be parsed again
    runs = harness.Dbt(folder / f"artifacts of {command.settings}", folder / "project")
    options = runs.options(**dbt_vars(folder / "inputs", command.settings))
    process = subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("dbt")), "--no-version-check", "--debug"),
            *("--log-format", "json", "--log-level-file", "none", *command.args, *options),
        ],
        env=ENVIRONMENT | {"DUCKDB_PATH": str(db)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    steps, ahead, output = {LAUNCH: time.monotonic()}, deque(STEPS), deque[str](maxlen=20)
    killer = Timer(delay, os.killpg, (process.pid, signal.SIGKILL))
    if step == LAUNCH:
        killer.start()
    # up to the last line before it died: a step that is not there was not taken
    for line in process.stdout:
        output.append(line)
        if ahead and ahead[0].is_in(line):
            seen = ahead.popleft().name
            steps[seen] = time.monotonic()
            if seen == step:
                killer.start()
    killer.cancel()
    if killer.is_alive():
        killer.join()
    status = process.wait()
    steps["exit"] = time.monotonic()
    return Run(db, steps, status, "".join(output))


@pytest.fixture(scope="module")
def history(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    project = harness.copy_project(folder / "project")
    inputs, later = folder / "inputs", folder / "later inputs"

    generate_data.generate(later, customers=800, days=900, file_format="parquet")
    inputs.mkdir()
    with duckdb.connect() as connection:
        for table, missing in MISSING.items():
            connection.execute(
                f"copy (from '{later}/{table}.parquet' where not ({missing}))"
                f" to '{inputs}/{table}.parquet'"
            )
    runs = dbt.of(project, folder / "artifacts of runs in here")
    build = launch(folder, "build")
    assert build.status == 0, build.output
    build.db.parent.rename(folder / "old")
    shutil.rmtree(inputs)
    later.rename(inputs)

    return History(folder, project, runs, build)


# --- what is in a database -------------------------------------------------------------------


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def same(
    connection: duckdb.DuckDBPyConnection, table: str, one: str, other: str, where: str = "true"
) -> bool:
    """Whether two databases have the same rows in a table, each of them as often."""
    first, second = (f"(select * from {name}.main.{table} where {where})" for name in (one, other))
    sizes = fetch(connection, f"select (select count(*) from {first}), count(*) from {second}")
    # among equally many rows, one too many on the other side means one too few on this side
    return sizes[0] == sizes[1] and fetch(
        connection, f"select count(*) from ({first} except all {second})"
    ) == (0,)


def first_untested_day(connection: duckdb.DuckDBPyConnection, name: str) -> date | None:
    (day,) = fetch(
        connection,
        f"select nullif(max(date), '9999-12-31') from {name}.main.{FINGERPRINTS}"
        " where source = 'first_untested_day'",
    )
    return day


# untested days depend on what was built before
FINGERPRINTS_PROPER = "source <> 'first_untested_day'"


def is_old(connection: duckdb.DuckDBPyConnection) -> bool:
    return all(same(connection, table, "now", "old") for table in (DAILY, FINGERPRINTS))


def is_new(connection: duckdb.DuckDBPyConnection) -> bool:
    return same(connection, FINGERPRINTS, "now", "new", FINGERPRINTS_PROPER) and same(
        connection, DAILY, "now", "new"
    )


def assert_finished(db: Path, new: Path) -> None:
    """All relations of the models exist, and no temporary one."""
    with harness.attached(now=db, new=new) as connection:
        assert is_new(connection)
        assert same(connection, "customers_enriched", "now", "new")
        leftovers = connection.execute(
            "select table_name from information_schema.tables"
            " where table_catalog = 'now' and contains(table_name, '__dbt_')"
        ).fetchall()
    assert leftovers == []


# --- kills -----------------------------------------------------------------------------------


def kill(history: History, moment: Moment, timetable: Run) -> Run:
    """Kills a build that updates the old tables, and sets its database aside."""
    db = work(history.folder)
    shutil.copy(history.old, db)
    delay = moment.share * timetable.seconds_after(moment.step)
    run = launch(history.folder, moment.command, moment.step, delay)
    aside = Path(tempfile.mkdtemp(prefix="killed ", dir=history.folder))
    db.parent.replace(aside)
    return replace(run, db=aside / FILE)


def outcome_of(history: History, moment: Moment, run: Run, first_change: date) -> str:
    """``old`` or ``new``; anything else is an error."""
    new = history.new(COMMANDS[moment.command].settings)
    with harness.attached(now=run.db, old=history.old, new=new) as connection:
        if is_old(connection):
            assert "committed" not in run.steps
            return "old"
        assert is_new(connection), "neither the old tables nor the new ones"
        assert "commit" in run.steps
        untested = first_untested_day(connection, "now")
        if untested is None:
            assert (moment.command, run.last_step) in {("build", "last hook"), ("build", "end")}
        else:
            assert untested <= first_change
        return "new"


def finish(history: History, moment: Moment, run: Run) -> None:
    """The next build, an ordinary one."""
    command = COMMANDS[moment.command]
    history.dbt(command.args[0], db=run.db, settings=command.settings)
    assert_finished(run.db, history.new(command.settings))
    shutil.rmtree(run.db.parent)


def kill_builds(history: History, moments: Sequence[Moment]) -> Counter[tuple[str, str, str]]:
    """Kills a build at each moment; judges what it left, and what the next build makes of it.

    Returns how many were killed before they were done: by command, last step and outcome.
    """
    with harness.attached(old=history.old, new=history.new()) as connection:
        assert first_untested_day(connection, "old") is None
        changed = f"select min(date) from (from new.{DAILY} except from old.{DAILY})"
        (first_change,) = fetch(connection, changed)

    timetables = {"build": history.build}
    for name in {"run", "full refresh"} & {moment.command for moment in moments}:
        shutil.copy(history.old, work(history.folder))
        timetables[name] = launch(history.folder, name)
        assert_finished(timetables[name].db, history.new())
    if "full refresh" in timetables:
        timetables["weighted"] = timetables["full refresh"]
    for run in timetables.values():
        assert list(run.steps) == [LAUNCH, *(step.name for step in STEPS), "exit"]

    fallen: Counter[tuple[str, str, str]] = Counter()
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        # the next build is killed while this outcome is checked
        runs = pool.map(lambda moment: kill(history, moment, timetables[moment.command]), moments)
        for moment, run in zip(moments, runs, strict=True):
            try:
                outcome = outcome_of(history, moment, run, first_change)
                finish(history, moment, run)
            except Exception as error:
                error.add_note(f"{moment}, killed after {run.last_step!r}, status {run.status}")
                raise
            print(f"{moment}: killed after {run.last_step!r}, status {run.status}: {outcome}")
            if run.status == -signal.SIGKILL:
                fallen[moment.command, run.last_step, outcome] += 1
    finally:
        pool.shutdown(cancel_futures=True)
    return fallen


def test_a_few_killed_builds_leave_the_old_tables_or_the_new_ones(history: History) -> None:
    moments = [Moment("run", step, share) for step, share in (("insert", 0.3), ("commit", 0))]
    fallen = kill_builds(history, moments)
    # a kill may come too late
    assert fallen.total() >= 1, fallen


@pytest.mark.long
@pytest.mark.exhaustive
def test_a_killed_build_leaves_the_old_tables_or_the_new_ones(history: History) -> None:
    moments = planned_moments()
    fallen = kill_builds(history, moments)
    # Some kills may come too late, but enough must fall where they could do harm.
    assert fallen.total() >= max(20, 0.8 * len(moments)), fallen
    assert {outcome for _, _, outcome in fallen} == {"old", "new"}
    in_transaction = Counter[str]()
    for (command, last_step, _), count in fallen.items():
        if last_step in ("begin", "take fingerprints", "insert", "inserted", "commit"):
            in_transaction[command] += count
    assert in_transaction.total() >= 10, fallen
    assert in_transaction["run"] >= 6, fallen
    assert in_transaction["full refresh"] >= 2, fallen


# --- failures --------------------------------------------------------------------------------


class Failure(NamedTuple):
    """The statement of the daily table's model that failed, and what dbt said about it."""

    statement: str
    message: str


def fail(
    history: History, *args: str, db: Path, inputs: Path | None = None, runs: Dbt | None = None
) -> Failure:
    """Runs dbt, which must fail in the model of the daily table and only there."""
    vars = dbt_vars(inputs or history.folder / "inputs")
    run = (runs or history.runs)(*args, db=db, check=False, **vars)
    assert not run.success
    assert run.outcome.exception is None
    failed = {entry.node.name: entry.message for entry in run.nodes if entry.status == "error"}
    assert list(failed) == [DAILY]
    statements = [
        event.data.sql
        for event in run.events
        if event.info.name == "SQLQuery" and event.data.node_info.node_name == DAILY
    ]
    return Failure(statements[-1], failed[DAILY])


def assert_unharmed(history: History, db: Path) -> None:
    with harness.attached(now=db, old=history.old) as connection:
        assert is_old(connection)


@pytest.fixture
def db(history: History) -> Iterator[Path]:
    """A copy of the old database, always at the same path."""
    path = work(history.folder)
    shutil.copy(history.old, path)
    yield path
    shutil.rmtree(path.parent)


@pytest.mark.long
def test_a_sum_that_does_not_fit_harms_nothing(history: History, db: Path) -> None:
    inputs = shutil.copytree(history.folder / "inputs", history.folder / "inputs too large")
    # 1001 times the highest ARR that is accepted is more than decimal(18, 2) holds
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (from '{history.folder}/inputs/subscriptions.parquet' union all"
            " select 'C0001', 'P' || n, 1, '2025-06-01', null, 9999999999999.99"
            " from range(1001) as numbers (n)"
            f") to '{inputs}/subscriptions.parquet'"
        )
    failure = fail(history, "run", db=db, inputs=inputs)
    assert "Conversion Error" in failure.message
    assert "insert into" in failure.statement
    assert_unharmed(history, db)
    history.dbt("run", db=db)
    assert_finished(db, history.new())


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As if the disk were full: no file grows beyond the size."""
    usual, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, highest))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, highest))


@pytest.mark.long
@pytest.mark.parametrize("lacking", ["memory", "temporary folder", "disk"])
def test_a_full_disk_harms_nothing(
    lacking: str, history: History, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so that this model runs out of space
    history.dbt("run", "--exclude", f"{DAILY}+", db=db)
    with monkeypatch.context() as patch:
        patch.setenv("DUCKDB_THREADS", "2")
        run = ("run", "--select", DAILY)
        if lacking == "disk":
            with largest_file(db.stat().st_size + 2_000_000):
                failure = fail(history, *run, db=db)
            assert "File too large" in failure.message
        else:
            patch.setenv("DUCKDB_MEMORY_LIMIT", "45MB" if lacking == "memory" else "70MB")
            if lacking == "temporary folder":
                # a file is in its place
                patch.setenv("DUCKDB_TEMP_DIRECTORY", __file__)
            failure = fail(history, *run, db=db)
            expected = (
                "Out of Memory Error" if lacking == "memory" else "Failed to create directory"
            )
            assert expected in failure.message
    assert "insert into" in failure.statement
    assert_unharmed(history, db)
    history.dbt("run", db=db)
    assert_finished(db, history.new())


@pytest.mark.long
def test_a_build_that_needs_the_temporary_folder_succeeds(
    history: History, db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("DUCKDB_THREADS", "2")
        patch.setenv("DUCKDB_MEMORY_LIMIT", "220MB")
        patch.setenv("DUCKDB_TEMP_DIRECTORY", str(tmp_path / "spilled"))
        history.dbt("run", "--full-refresh", db=db)
    assert_finished(db, history.new())


class Fault(NamedTuple):
    """A piece of the project, what it is replaced by, and the statement that fails then."""

    file: str
    old: str
    new: str
    statement: str
    args: tuple[str, ...] = ()


IN_DAILY = f'{{{{ "%s" if model.name == "{DAILY}" }}}} '
CONFIG = "event_time='date'"
LATE_ERROR = f"""{CONFIG}, post_hook="select error('stopped')\""""
FAULTS = {
    "between delete and insert": Fault(
        "macros/exact_days/incremental_exact_days.sql",
        "insert into {{ table }} (",
        IN_DAILY % "select error('stopped');" + "insert into {{ table }} (",
        "delete from",
    ),
    "fingerprints that cannot be stored": Fault(
        "macros/exact_days/incremental_exact_days.sql",
        "create or replace table {{ stored }} as",
        "create or replace table {{ stored }} as " + IN_DAILY % "from stopped union all",
        "create or replace table",
    ),
    "after everything": Fault(
        "models/marts/customer_daily_metrics.sql", CONFIG, LATE_ERROR, "select error"
    ),
    "after everything, in a full refresh": Fault(
        "models/marts/customer_daily_metrics.sql",
        CONFIG,
        LATE_ERROR,
        "select error",
        ("--full-refresh",),
    ),
}
# The others are left to test-exhaustive.
LONG = ("fingerprints that cannot be stored", "after everything")


@pytest.mark.long
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=name, marks=() if name in LONG else pytest.mark.exhaustive)
        for name, fault in FAULTS.items()
    ],
)
def test_a_failing_statement_harms_nothing(fault: Fault, history: History, db: Path) -> None:
    with harness.mutated(history.project / fault.file, fault.old, fault.new):
        runs = history.runs.of(history.project, history.folder / "artifacts of faults")
        failure = fail(history, "run", *fault.args, db=db, runs=runs)
    assert "stopped" in failure.message
    assert fault.statement in failure.statement
    assert_unharmed(history, db)
    history.dbt("run", db=db)
    assert_finished(db, history.new())
