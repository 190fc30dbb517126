"""One change after the other, on Spark as on DuckDB."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import changes
import harness
import input_files
import pytest
from both_engines import Both

STEPS = (
    "first build",
    "nothing",
    "three days later",
    "late login",
    "ticket re-categorised",
    "rows deleted",
    "customer leaves",
    "unknown customer arrives",
    "acquired later",
    "as_of_date back",
    "as_of_date unset",
    "weights",
    "rebuild_from",
    "no rows at all",
    "all rows are back",
    "closed statuses",
    "ignored statuses",
    "subscription ids",
    "subscription changes",
    "event ids",
    "event on an earlier day",
)


@pytest.mark.long
def test_walk_matches_duckdb(both: Both) -> None:
    """Some steps of the walk that is made on DuckDB."""
    world = changes.World()
    steps = {step.name: step for step in changes.WALK}
    said = Counter[str]()
    for name in STEPS:
        steps[name].change(world)
        input_files.write_csv(world.tables, both.inputs)
        said[both.build(**world.settings).split(" ")[0]] += 1
        both.assert_same()
        world.end_step()
    assert said["removing"] >= 1
    assert said["rebuilding"] >= 2


@pytest.mark.long
def test_a_value_that_moves_to_another_column_is_a_change(both: Both) -> None:
    """Spark's hash of a record skips nulls, as if its columns had no places."""
    tables = changes.World().tables
    columns = ("customer_id", "user_id", "user_type", "device", "login_timestamp")
    for user_type, device in ((None, "admin"), ("admin", None)):
        tables["login_events"][4] |= {"user_type": user_type, "device": device}
        logins = [{name: row.get(name) for name in columns} for row in tables["login_events"]]
        input_files.write_rows(tables | {"login_events": logins}, both.inputs)
        assert both.build() != "nothing changed"
        both.assert_same()


@pytest.mark.long
def test_a_build_that_was_stopped_is_made_good(both: Both, tmp_path: Path) -> None:
    """All is written, nothing shown yet; then the change is undone, or comes again."""
    world = changes.World()
    input_files.write_csv(world.tables, both.inputs)
    both.build()
    before = both.spark.table("main.customer_daily_metrics").collect()
    world.add("login_events", "A", 207)
    input_files.write_csv(world.tables, both.inputs)
    project = harness.copy_project(tmp_path / "project")
    macro = project / "macros" / "exact_days" / "spark" / "build_days.sql"
    shown = "customer_health.spark__show(table, store, columns, visible)"
    with (
        harness.mutated(
            macro, shown, f"run_query('stopped') if 'daily' in model.name else {shown}"
        ),
        pytest.raises(harness.DbtFailed, match="stopped"),
    ):
        Both(both.dbt.of(project), tmp_path, both.spark, both.data_dir).on("spark", "run")
    assert Counter(both.spark.table("main.customer_daily_metrics").collect()) == Counter(before)
    assert both.num_versions("a") == 2
    world.delete("login_events", -1)
    input_files.write_csv(world.tables, both.inputs)
    assert both.build() == "nothing changed"
    both.assert_same()
    assert both.num_versions("a") == 1
    world.add("login_events", "A", 207)
    input_files.write_csv(world.tables, both.inputs)
    assert both.build().startswith(f"rebuilding {changes.day(207)}")
    both.assert_same()


@pytest.mark.long
def test_versions_are_merged_and_removed(both: Both) -> None:
    """The ninth build on top of each other writes everything into the other table."""
    world = changes.World()
    for number in range(10):
        world.add("login_events", "A", 207 + number)
        input_files.write_csv(world.tables, both.inputs)
        both.build()
    both.assert_same()
    both.build()
    assert (both.num_versions("a"), both.num_versions("b")) == (0, 2)
