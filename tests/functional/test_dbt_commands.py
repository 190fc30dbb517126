"""The incremental build under every dbt command.

Whatever was selected, deferred or interrupted: the next complete build equals a full refresh, and
nothing is taken for built that was not.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
import pytest
import yaml
from harness import Dbt, Run

pytestmark = pytest.mark.long

LOGINS = "base_login_events"
TABLES = ("customer_daily_metrics", "customers_enriched")
DAILY = "customer_daily_metrics"


class Warehouse:
    """A DuckDB file, the inputs that it is built from, and two targets in it: duckdb and other."""

    def __init__(self, runs: Dbt, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "customer_health.duckdb"
        self.inputs = folder / "inputs"
        self.world = input_files.read_csv(harness.HANDMADE)
        self.runs = runs
        self.said: list[str] = []
        self.cleaned: list[str] = []
        self.write_inputs()

    def write_inputs(self) -> None:
        shutil.rmtree(self.inputs, ignore_errors=True)
        input_files.write_csv(self.world, self.inputs)

    def add_login(self, day: str, customer_id: str) -> None:
        self.world["login_events"].append(
            {
                "user_id": "late",
                "customer_id": customer_id,
                "user_type": "admin",
                "login_timestamp": f"{day} 12:00:00",
            }
        )
        self.write_inputs()

    def dbt(self, *args: str, db: Path | None = None, **vars: object) -> Run:
        """Runs a dbt command; ``said`` is what the daily table then said about its rebuild.

        ``cleaned`` is what the table of cleaned logins said.
        """
        vars = {"data_dir": str(self.inputs)} | vars
        run = self.runs(*args, db=db or self.db, check=False, artifacts=True, **vars)
        self.said, self.cleaned = run.said_of(DAILY), run.said_of(LOGINS)
        return run

    def of(self, project: Path) -> None:
        """From now on, dbt runs this project, as it is now."""
        self.runs = self.runs.of(project, self.folder).with_profiles(self.folder)

    def run(self, *args: str, **vars: object) -> str:
        """As ``dbt``, for a command that must succeed and reach the daily table."""
        result = self.dbt(*args, **vars)
        assert result.success, result.errors
        (said,) = self.said
        return said

    def assert_equals_full_refresh(self, schema: str = "main", **vars: object) -> None:
        fresh = self.folder / "fresh" / self.db.name
        fresh.parent.mkdir(exist_ok=True)
        fresh.unlink(missing_ok=True)
        assert self.dbt("run", db=fresh, **vars).success
        for table, key in zip(TABLES, (("customer_id", "date"), "customer_id"), strict=True):
            expected = harness.read_table(fresh, table)
            harness.assert_same_table(harness.read_table(self.db, table, schema), expected, key)
        logins, expected_logins = (
            Counter(tuple(row.values()) for row in harness.read_table(db, LOGINS, of_target))
            for db, of_target in ((self.db, f"{schema}_staging"), (fresh, "main_staging"))
        )
        assert logins == expected_logins

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.db)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: dbt parses the project again where a path in a setting is another one."""
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module")
def runs(dbt: Dbt, shared_folder: Path) -> Dbt:
    """Runs dbt with a further target, `other`, another schema of the same database."""
    profiles = yaml.safe_load((harness.ROOT / "profiles.yml").read_text(encoding="utf-8"))
    outputs = profiles["customer_health"]["outputs"]
    outputs["other"] = outputs["duckdb"] | {"schema": "other"}
    (shared_folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    return dbt.with_profiles(shared_folder)


@pytest.fixture(scope="module")
def built_once(runs: Dbt, shared_folder: Path) -> Path:
    """A copy of the warehouse after its first build."""
    warehouse = Warehouse(runs, shared_folder)
    assert warehouse.run("build") == "rebuilding every day: first build"
    shutil.copytree(shared_folder / "target", shared_folder / "state")
    return Path(shutil.copy(warehouse.db, shared_folder / "built_once"))


@pytest.fixture
def warehouse(runs: Dbt, shared_folder: Path, built_once: Path) -> Warehouse:
    result = Warehouse(runs, shared_folder)
    shutil.copy(built_once, result.db)
    return result


@pytest.fixture
def copied_project(tmp_path: Path) -> Iterator[Path]:
    folder = harness.copy_project(tmp_path / "project")
    yield folder
    shutil.rmtree(folder)


def customer(warehouse: Warehouse) -> str:
    """The customer with the longest history."""
    return warehouse.query(f"select customer_id from {DAILY} group by 1 order by count(*) desc, 1")[
        0
    ][0]


def middle_day(warehouse: Warehouse) -> str:
    return str(warehouse.query(f"select median(date)::date from {DAILY}")[0][0])


def add_late_login(warehouse: Warehouse) -> str:
    """Returns its day."""
    day = middle_day(warehouse)
    warehouse.add_login(day, customer(warehouse))
    return day


def test_the_daily_table_alone_sees_only_what_is_built_before_it(warehouse: Warehouse) -> None:
    day = add_late_login(warehouse)
    assert warehouse.run("build", "--select", DAILY) == "nothing changed"
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()


def test_inputs_built_without_the_daily_table_are_not_forgotten(warehouse: Warehouse) -> None:
    day = add_late_login(warehouse)
    assert warehouse.dbt("run", "--exclude", f"{DAILY}+").success
    assert warehouse.said == []
    assert warehouse.run("run", "--select", f"{DAILY}+").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()


@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        pytest.param(("build", "--select", "+customers_enriched"), marks=pytest.mark.exhaustive),
    ],
)
def test_commands_that_reach_both_tables_rebuild_from_the_changed_day(
    warehouse: Warehouse, command: tuple[str, ...]
) -> None:
    day = add_late_login(warehouse)
    assert warehouse.run(*command).startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()
    assert warehouse.run(*command) == "nothing changed"


def test_only_the_days_of_changed_logins_are_cleaned(warehouse: Warehouse) -> None:
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["nothing changed"]
    add_late_login(warehouse)
    warehouse.add_login("2024-01-32", customer(warehouse))
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 2 days: 2 days changed (login_events)"]
    warehouse.assert_equals_full_refresh()
    # other logins of its days are unchanged
    for row in warehouse.world["login_events"][-2:]:
        row["customer_id"] = "nobody"
    warehouse.write_inputs()
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 2 days: 2 days changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_logins_deleted_by_hand_come_back(warehouse: Warehouse) -> None:
    day = middle_day(warehouse)
    table = f"main_staging.{LOGINS}"
    first = f"select min(login_timestamp::date) from {table} where login_timestamp >= date '{day}'"
    warehouse.query(f"delete from {table} where login_timestamp::date = ({first})")
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["rebuilding 1 day: 1 day changed (base_login_events)"]
    warehouse.assert_equals_full_refresh()


def test_a_new_file_of_logins_brings_its_own_days_only(warehouse: Warehouse) -> None:
    folder = warehouse.inputs / LOGINS.removeprefix("base_")
    folder.mkdir()
    (warehouse.inputs / f"{folder.name}.csv").rename(folder / "1.csv")
    warehouse.run("run")
    assert warehouse.cleaned == ["nothing changed"]
    header, *_ = (folder / "1.csv").read_text(encoding="utf-8").splitlines()
    assert header == "user_id,customer_id,user_type,login_timestamp"
    day = middle_day(warehouse)
    (folder / "2.csv").write_text(f"{header}\nu,{customer(warehouse)},admin,{day}\n")
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 1 day: 1 day changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_where_events_have_ids_a_change_cleans_every_day(warehouse: Warehouse) -> None:
    """The same event may be on any of them, but counts once."""
    logins = warehouse.world["login_events"]
    for number, row in enumerate(logins):
        row["event_id"] = str(number)
    warehouse.write_inputs()
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding every day: a setting or the logic changed"]
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["nothing changed"]
    logins.append(logins[0] | {"login_timestamp": "2023-12-01"})
    warehouse.write_inputs()
    assert warehouse.run("run") != "nothing changed"
    assert warehouse.cleaned == ["rebuilding every day: 1 day changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_the_type_of_a_column_counts(warehouse: Warehouse) -> None:
    """The same number of microseconds is another time of the day with a zone than without."""
    file = warehouse.inputs / f"{LOGINS.removeprefix('base_')}.csv"
    parquet = file.with_suffix(".parquet")
    text = file.rename(warehouse.inputs.parent / "logins_as_text.csv")
    for kind in ("timestamp", "timestamptz"):
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(
                "copy (select * replace (try_cast(login_timestamp as timestamp)::"
                f"{kind} as login_timestamp) from read_csv('{text}', all_varchar = true))"
                f" to '{parquet}'"
            )
        zone = {"reporting_timezone": "Asia/Kathmandu"}
        warehouse.run("run", **zone)
        assert warehouse.cleaned == ["rebuilding every day: a setting or the logic changed"]
        warehouse.assert_equals_full_refresh(**zone)


def test_full_refresh_of_the_daily_table_alone_forgets_nothing(warehouse: Warehouse) -> None:
    day = add_late_login(warehouse)
    said = warehouse.run("run", "--select", DAILY, "--full-refresh")
    assert said == "rebuilding every day: full refresh"
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()


@pytest.mark.parametrize(
    "selection", [(), pytest.param(("--select", DAILY), marks=pytest.mark.exhaustive)]
)
def test_empty_is_followed_by_everything(warehouse: Warehouse, selection: tuple[str, ...]) -> None:
    warehouse.run("run", "--empty", *selection)
    assert warehouse.query(f"select count(*) from {DAILY}") == [(0,)]
    assert warehouse.run("run").startswith("rebuilding every day")
    warehouse.assert_equals_full_refresh()


def test_rebuild_from_rebuilds_that_day_and_all_later_ones(warehouse: Warehouse) -> None:
    day = middle_day(warehouse)
    said = warehouse.run("run", rebuild_from=day)
    assert said.startswith(f"rebuilding {day} … ")
    assert said.endswith(f": rebuild_from is {day}")
    assert warehouse.run("run", rebuild_from="2999-01-01") == "nothing changed"
    warehouse.assert_equals_full_refresh()


def test_retry_after_a_failed_build(warehouse: Warehouse) -> None:
    day = add_late_login(warehouse)
    before = harness.read_table(warehouse.db, DAILY)
    # together more ARR than decimal(18, 2) holds
    row = {"product_id": "P", "quantity": "1", "start_date": day, "end_date": None}
    huge = row | {"customer_id": customer(warehouse), "arr": "9" * 13}
    warehouse.world["subscriptions"] += [huge | {"product_id": f"P{n}"} for n in range(1001)]
    warehouse.write_inputs()
    assert not warehouse.dbt("run").success
    harness.assert_same_table(
        harness.read_table(warehouse.db, DAILY), before, ("customer_id", "date")
    )
    assert not warehouse.dbt("retry").success

    del warehouse.world["subscriptions"][-1001:]
    warehouse.write_inputs()
    # dbt repeats only what failed, not the inputs
    assert not warehouse.dbt("retry").success
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()


@pytest.mark.exhaustive
def test_two_targets_have_a_state_each(warehouse: Warehouse) -> None:
    assert warehouse.run("run", "--target", "other") == "rebuilding every day: first build"
    day = add_late_login(warehouse)
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.run("run", "--target", "other").startswith(f"rebuilding {day} … ")
    for schema in ("main", "other"):
        warehouse.assert_equals_full_refresh(schema)


def test_clone_is_followed_by_a_build_of_its_own(warehouse: Warehouse) -> None:
    state = ("--state", str(warehouse.folder / "state"))
    assert warehouse.dbt("clone", "--target", "other", *state).success
    day = add_late_login(warehouse)
    assert warehouse.run("run", "--target", "other").startswith("rebuilding every day")
    warehouse.assert_equals_full_refresh("other")
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()


@pytest.mark.exhaustive
def test_deferring_leaves_the_state_of_the_other_target_alone(warehouse: Warehouse) -> None:
    defer = ("--defer", "--state", str(warehouse.folder / "state"), "--target", "other")
    day = add_late_login(warehouse)
    assert warehouse.run("run", "--select", DAILY, *defer).startswith("rebuilding every day")
    assert warehouse.run("run", "--select", DAILY, *defer).startswith("rebuilding every day")
    assert warehouse.run("run").startswith(f"rebuilding {day} … ")
    warehouse.assert_equals_full_refresh()
    assert warehouse.run("run", "--target", "other").startswith("rebuilding every day")
    warehouse.assert_equals_full_refresh("other")


def test_compile_needs_no_database(dbt: Dbt, tmp_path: Path) -> None:
    warehouse = Warehouse(dbt.of(harness.ROOT, tmp_path), tmp_path)
    assert warehouse.dbt("compile").success
    folder = tmp_path / "target" / "compiled" / "customer_health"
    compiled = (folder / "models" / "marts" / f"{DAILY}.sql").read_text(encoding="utf-8")
    assert "{{" not in compiled
    assert "rebuild" not in compiled


def test_a_build_that_is_not_tested_is_tested_by_the_next_one(
    warehouse: Warehouse, copied_project: Path
) -> None:
    def failing() -> list[str]:
        result = warehouse.dbt("build", "--select", DAILY, "--exclude-resource-type", "unit_test")
        return result.failed("fail")

    # the daily table is wrong on one day, and nothing else changes
    day = add_late_login(warehouse)
    model = copied_project / "models" / "marts" / f"{DAILY}.sql"
    right = "    total_arr,\n    total_mrr,\n"
    wrong = f"case when date = '{day}' then -1 else total_arr end as total_arr, total_mrr,\n"
    with harness.mutated(model, right, wrong):
        warehouse.of(copied_project)
        assert warehouse.run("run") == "rebuilding every day: a setting or the logic changed"
        found = failing()
        assert any("total_arr" in name for name in found)
        assert warehouse.said == ["nothing changed"]
        assert failing() == found
        # one passing test does not mark the days as tested
        assert warehouse.dbt("test", "--select", f"not_null_{DAILY}_record_key").success
        assert failing() == found
    warehouse.of(copied_project)
    assert failing() == []
    assert warehouse.said == ["rebuilding every day: a setting or the logic changed"]
    assert failing() == []
    assert warehouse.said == ["nothing changed"]
    marks = "where source = 'first_untested_day' and date = date '9999-12-31'"
    assert warehouse.query(f"select count(*) from {DAILY}_fingerprints {marks}") == [(1,)]
    warehouse.assert_equals_full_refresh()


def test_tests_look_at_the_rebuilt_days_or_at_all(warehouse: Warehouse) -> None:
    # outside dbt, and without changing the number of rows
    day = middle_day(warehouse)
    warehouse.query(f"update {DAILY} set open_tickets = -1 where date = date '{day}' - 1")
    assert warehouse.run("build", "--select", DAILY) == "nothing changed"
    assert not warehouse.dbt("test", "--select", DAILY, test_all_days=True).success
    assert warehouse.run("run", rebuild_from=day)
    assert warehouse.dbt("test", "--select", DAILY).success
    first = str(warehouse.query(f"select min(date) from {DAILY}")[0][0])
    assert warehouse.run("run", rebuild_from=first)
    assert warehouse.dbt("test", "--select", DAILY, test_all_days=True).success


# What is between the inputs and the daily table, and the daily table itself.
CHANGES = [
    [("models/staging/stg_login_events.sql", "rejection_reason is null", "false")],
    # one more column
    [
        (
            f"models/marts/{DAILY}.sql",
            "as customer_risk_score\n",
            "as customer_risk_score, 7 as x\n",
        ),
        (
            f"models/marts/{DAILY}.yml",
            "\n\nunit_tests:",
            "\n      - {name: x, data_type: int}\n\nunit_tests:",
        ),
    ],
]
MORE_CHANGES = [
    [("macros/metrics/risk_score.sql", "then 50", "then 49")],
    [("models/intermediate/int_account_periods.sql", "num_days('window')", "9")],
    [("models/intermediate/int_login_changes.sql", "- moves.enters_prev)", ")")],
    [("models/intermediate/int_metric_periods.sql", "'totals.num_logins_prev_3m')", "'1')")],
    [("models/intermediate/int_user_login_days.sql", "user_type = 'admin'", "true")],
]


@pytest.mark.parametrize(
    "changes",
    [*CHANGES, *(pytest.param(changes, marks=harness.EXHAUSTIVE) for changes in MORE_CHANGES)],
    ids=lambda changes: Path(changes[-1][0]).name,
)
def test_a_change_of_the_logic_is_noticed(
    warehouse: Warehouse, copied_project: Path, changes: list[tuple[str, str, str]]
) -> None:
    before = harness.read_table(warehouse.db, DAILY)
    with ExitStack() as mutations:
        for file, old, new in changes:
            mutations.enter_context(harness.mutated(copied_project / file, old, new))
        warehouse.of(copied_project)
        assert warehouse.run("run") != "nothing changed"
        warehouse.assert_equals_full_refresh()
        with pytest.raises(AssertionError):
            harness.assert_same_table(
                harness.read_table(warehouse.db, DAILY), before, ("customer_id", "date")
            )
        assert warehouse.run("run") == "nothing changed"
