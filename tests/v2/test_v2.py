"""The project on dbt v2: the same cells, the same promise, all or nothing after a kill."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dbt_v2
import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from changes import WALK, Twins, World
from harness import LENIENT, Dbt

# One of each kind of change; all of them in the long run.
SHORT = (
    "first build",
    "nothing",
    "three days later",
    "login 400 days late",
    "subscription end-dated",
    "rows deleted",
    "customer leaves",
    "as_of_date back",
    "weights",
)
# semantic models have the old form, because dbt 1.12 has bugs in the new one
KNOWN_WARNING = "SemanticModelDeprecated"
FINAL_TABLES = ("customer_daily_metrics", "customers_enriched")


@dataclass(frozen=True)
class Run:
    """The outcome of a command: its exit code and its output lines."""

    code: int
    messages: list[str]

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.messages if line.startswith("[warning]")]


class DbtV2:
    """Runs commands as ``harness.Dbt`` does."""

    def start(self, *args: str, db: Path, **vars: object) -> subprocess.Popen[str]:
        options = ["--vars", json.dumps({**LENIENT, **vars}, default=float)]
        return subprocess.Popen(
            dbt_v2.command([*args, *options]),
            env=os.environ | dbt_v2.environment() | {"DUCKDB_PATH": str(db)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *args: str, db: Path, check: bool = True, **vars: object) -> Run:
        process = self.start(*args, db=db, **vars)
        output, _ = process.communicate()
        assert not check or process.returncode == 0, output[-3000:]
        return Run(process.returncode, [line.strip() for line in output.splitlines()])


@pytest.fixture(scope="session")
def v2() -> DbtV2:
    return DbtV2()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


def differences(one: Path, other: Path) -> dict[str, int]:
    """How many rows only one of two databases has, by table."""
    found: Counter[str] = Counter()
    with harness.attached(one=one, other=other) as connection:
        for table in (*FINAL_TABLES, "risk_score_outcomes", "rejected_records"):
            for left, right in (("one", "other"), ("other", "one")):
                query = f"from {left}.{table} except all from {right}.{table}"
                found[table] += len(connection.sql(query).fetchall())
    return {table: number for table, number in found.items() if number}


def test_a_build_of_the_seeds_passes_every_test_and_gives_the_same_cells(
    v2: DbtV2, db: Path, seeds_built_once: Path
) -> None:
    run = v2("build", db=db, test_all_days=True)
    (totals,) = [line for line in run.messages if line.startswith("Processed: ")]
    parts = [part.split(" ", 1) for part in totals.removeprefix("Processed: ").split(" | ")]
    counts = {kind: int(number) for number, kind in parts}
    on_v1 = json.loads((seeds_built_once.parent / "results.json").read_text(encoding="utf-8"))
    assert counts["models"] == on_v1["model success"]
    assert counts["tests"] == on_v1["test pass"]
    assert counts["unit tests"] == on_v1["unit_test pass"]
    assert all(KNOWN_WARNING in line for line in run.warnings), run.warnings
    assert differences(db, seeds_built_once) == {}


def test_both_versions_build_into_one_file_in_turn(
    dbt: Dbt, v2: DbtV2, db: Path, tmp_path: Path
) -> None:
    twins = Twins(tmp_path, dbt)
    world = World()
    twins.step(world)
    vars = {"data_dir": str(twins.folder / "inputs")}
    v2("run", db=twins.built, **vars)
    assert twins.difference() is None
    world.add("login_events", "A", 207)
    twins.step(world)
    assert twins.difference() is None


def test_random_worlds_match_the_oracle(v2: DbtV2, tmp_path: Path) -> None:
    rng = random.Random(16)
    for number in range(3):
        chosen = oracle.Settings(run_day=datetime.now(UTC).date(), reporting_timezone="Asia/Tokyo")
        world = (
            input_files.read_csv(harness.HANDMADE)
            if number == 0
            else random_inputs.every_spelling()
        )
        for rows in world.values():
            rng.shuffle(rows)
        inputs, db = tmp_path / f"inputs{number}", tmp_path / f"{number}" / "customer_health.duckdb"
        db.parent.mkdir()
        input_files.write_csv(world, inputs)
        v2("run", db=db, **harness.dbt_vars(chosen, inputs))
        harness.assert_matches_oracle(db, oracle.compute(world, chosen))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([step for step in WALK if step.name in SHORT], id="short"),
        pytest.param(list(WALK), id="whole", marks=pytest.mark.long),
    ],
)
def test_each_kind_of_change_ends_where_a_full_refresh_would(
    v2: DbtV2, tmp_path: Path, steps: list[object]
) -> None:
    twins, world = Twins(tmp_path, v2), World()
    for name, change, expected, _ in steps:
        change(world)
        start = "customer_daily_metrics: "
        (said,) = [line for line in twins.step(world) if line.startswith(start)]
        assert twins.difference() is None, f"{name}: {twins.difference()}"
        assert said.removeprefix(start).startswith(expected), name


# --- kills ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """A database as it was, and the two that a build and a full refresh make of newer inputs."""

    old: Path
    new: Path
    vars: dict[str, object]
    seconds: float


@pytest.fixture(scope="module")
def history(v2: DbtV2, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    old, new = (folder / name / "customer_health.duckdb" for name in ("old", "new"))
    world, vars = World(), {"data_dir": str(folder / "inputs")}
    for db in (old, new):
        db.parent.mkdir()
        input_files.write_csv(world.tables, folder / "inputs")
        v2("run", db=db, **vars)
        world.add("login_events", "A", 100)
        world.correct("subscriptions", 8, arr="99.99")
    db = Path(shutil.copytree(old.parent, folder / "timed")) / old.name
    start = time.monotonic()
    v2("run", db=db, **vars)
    seconds = time.monotonic() - start
    assert differences(db, new) == {}
    assert set(differences(old, new)) >= {"customer_daily_metrics"}
    return History(old, new, vars, seconds)


def outcomes(db: Path, history: History) -> Iterator[str]:
    """Of each final table, whether it is the old one or the new one. Raises for a mixture."""
    with harness.attached(db=db, old=history.old, new=history.new) as connection:
        for table in FINAL_TABLES:
            same = [
                name
                for name in ("old", "new")
                if not connection.sql(
                    f"(from db.{table} except all from {name}.{table}) union all "
                    f"(from {name}.{table} except all from db.{table})"
                ).fetchall()
            ]
            assert same, f"{table} is a mixture"
            yield same[0]


@pytest.mark.parametrize(
    ("number", "options"),
    [
        pytest.param(4, [], id="a few increments"),
        pytest.param(2, ["--full-refresh"], id="a few full refreshes"),
        pytest.param(60, [], id="increments", marks=pytest.mark.long),
        pytest.param(40, ["--full-refresh"], id="full refreshes", marks=pytest.mark.long),
    ],
)
def test_a_killed_build_leaves_the_old_tables_or_the_new_ones(
    v2: DbtV2, history: History, tmp_path: Path, number: int, options: list[str]
) -> None:
    rng = random.Random(number)
    for attempt in range(number):
        db = tmp_path / str(attempt) / "customer_health.duckdb"
        shutil.copytree(history.old.parent, db.parent)
        process = v2.start("run", *options, db=db, **history.vars)
        time.sleep(history.seconds * (attempt + rng.random()) / number)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        list(outcomes(db, history))
        v2("run", db=db, **history.vars)
        assert set(outcomes(db, history)) == {"new"}, attempt
        assert differences(db, history.new) == {}
        shutil.rmtree(db.parent)


# --- inputs and settings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vars", "sentence"),
    [
        ({"date_formt": "%d"}, "Unknown var 'date_formt'"),
        ({"reporting_timezone": "Nowhere"}, "Nowhere"),
        ({"risk_weights": {"arr": -1}}, "risk_weights"),
        ({"data_dir": "nowhere"}, "data_dir: no file in nowhere"),
        ({"source_schema": "nowhere"}, "source_schema: there is no table customer_health.nowhere."),
        ({"date_format": "DD/MM"}, "date_format: 'DD/MM'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_error_stops_the_build_with_its_sentence(
    v2: DbtV2, db: Path, vars: dict[str, object], sentence: str
) -> None:
    run = v2("run", db=db, check=False, **vars)
    assert run.code != 0
    assert any(sentence in line for line in run.messages), run.messages
    if db.exists():
        with duckdb.connect(str(db)) as connection:
            assert connection.execute("from duckdb_tables()").fetchall() == []


def test_inputs_may_be_tables_of_a_schema(v2: DbtV2, db: Path, tmp_path: Path) -> None:
    other = tmp_path / "files" / "customer_health.duckdb"
    other.parent.mkdir()
    v2("run", db=other, data_dir=str(harness.HANDMADE))
    with duckdb.connect(str(db)) as connection:
        connection.execute("create schema crm")
        for table in oracle.INPUT_COLUMNS:
            name = "accounts" if table == "customers" else table
            connection.execute(
                f"create table crm.{name} as "
                f"from read_csv('{harness.HANDMADE}/{table}.csv', all_varchar = true)"
            )
    v2("run", db=db, source_schema="crm", source_tables={"customers": "accounts"})
    assert differences(db, other) == {}


def test_the_package_gives_the_same_cells_in_another_project(tmp_path: Path) -> None:
    project = harness.copy_owner(tmp_path / "customer_health")
    tables: list[list[harness.Row]] = []
    for command, variables in (
        ([shutil.which("dbt", path=Path(sys.executable).parent), "build"], {}),
        (dbt_v2.command(["build"], project), dbt_v2.environment()),
        (dbt_v2.command(["build"], project), dbt_v2.environment()),
    ):
        run = subprocess.run(
            command, cwd=project, env=os.environ | variables, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout[-3000:]
        db = project / "warehouse.duckdb"
        tables += [
            sorted(harness.read_table(db, name, "analytics"), key=str)
            for name in (*FINAL_TABLES, "ticket_history", "accounts_to_call")
        ]
    # the second build of dbt v2 finds nothing changed
    assert "ticket_history: nothing changed" in run.stdout
    warnings = [line for line in run.stdout.splitlines() if line.startswith("[warning]")]
    assert all(KNOWN_WARNING in line for line in warnings), warnings
    number = len(tables) // 3
    assert tables[:number] == tables[number : 2 * number] == tables[2 * number :]
