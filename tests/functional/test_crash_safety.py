"""A killed or failed build leaves the old tables or the new ones, and the next one is right.

The kills fall at the same moments on every run, as far as clocks allow; with a Hypothesis profile
that asks for more cases, further ones fall at new moments.
"""

from __future__ import annotations

import resource
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import harness
import pytest
from harness import Dbt
from killed_builds import (
    COMMANDS,
    DAILY,
    FILE,
    LAUNCH,
    STEPS,
    History,
    Moment,
    Run,
    assert_finished,
    dbt_vars,
    fetch,
    first_untested_day,
    is_new,
    is_old,
    launch,
    make_history,
    planned_moments,
    work,
)


@pytest.fixture(scope="module")
def history(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> History:
    return make_history(dbt, tmp_path_factory.mktemp("history"))


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
