"""The incremental build under every dbt command.

Whatever was selected, deferred or interrupted: the next complete build equals a full refresh, and
nothing is taken for built that was not.
"""

from __future__ import annotations

from pathlib import Path

import harness
import pytest
from harness import Dbt
from warehouse import DAILY, Warehouse, add_late_login, customer, middle_day

pytestmark = pytest.mark.long


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
