"""Builds that are launched on their own and killed, and what they leave behind."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import duckdb
import generate_data
import harness
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


def make_history(dbt: Dbt, folder: Path) -> History:
    """Builds the old database, and brings the inputs up to date."""
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
