"""How new the inputs are and how many rows they have."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
from checked_builds import (
    CHECKED,
    TODAY,
    VOLUMES,
    Check,
    findings,
    rows_of_each,
    without_label,
)
from harness import Dbt


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(table, marks=() if table == "login_events" else harness.EXHAUSTIVE)
        for table in oracle.INPUT_COLUMNS
    ],
)
def test_an_input_without_a_row_stops_the_build(
    check: Check, db: Path, tmp_path: Path, table: str
) -> None:
    inputs = tmp_path / "inputs"
    input_files.write_csv(rows_of_each(4) | {table: []}, inputs)
    vars = {"data_dir": str(inputs), "source_check_severity": "off"}
    succeeded, said = check(db, **vars, empty_inputs=[])
    assert not succeeded
    advice = f"Export it again or, if it is meant to be empty, set empty_inputs: [{table}]."
    assert f"{table}: no rows in {inputs}/{table}.csv. {advice}" in said
    # two files without a row
    (inputs / table).mkdir()
    shutil.copy(inputs / f"{table}.csv", inputs / table / "2.csv")
    shutil.move(inputs / f"{table}.csv", inputs / table / "1.csv")
    _, said = check(db, **vars, empty_inputs=[])
    assert f"{table}: no rows in {inputs}/{table}/1.csv and the files beside it. {advice}" in said
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()
    assert check(db, **vars, empty_inputs=[table], max_rejected_share=1)[0]
    # one row is enough, in whichever file
    with (inputs / table / "2.csv").open("a") as file:
        file.write(",".join(str(cell or "") for cell in rows_of_each(1)[table][0].values()) + "\n")
    assert check(db, **vars, empty_inputs=[], max_rejected_share=1)[0]


@pytest.mark.long
def test_an_input_that_lost_more_than_half_of_its_rows_is_a_warning(
    check: Check, db: Path, tmp_path: Path
) -> None:
    inputs, elsewhere = tmp_path / "inputs", tmp_path / "elsewhere"
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}

    def build(number: int, folder: Path = inputs, *args: str, **vars: object) -> list[str]:
        args = (*CHECKED, *args)
        input_files.write_csv(rows_of_each(10) | {"login_events": logins[:number]}, folder)
        succeeded, said = check(db, *args, data_dir=str(folder), **old, **vars)
        stops = bool(findings(said)) and vars.get("source_check_severity") == "error"
        assert succeeded == (not stops), said
        return without_label(findings(said))

    logins = rows_of_each(40)["login_events"]
    fewer = "login_events: the number of rows fell from 20 in the last build to 9, less than half."
    assert build(20) == []
    # however often it is tried
    for _ in range(2):
        assert build(9, source_check_severity="error") == [
            f"{fewer} If that is all, build once with source_check_severity: warn."
        ]
    # compared with the last build, although that failed
    assert build(10, source_check_severity="error") == []
    assert build(20) == []
    assert build(9) == [fewer]
    assert build(9) == []
    # inputs from another place have nothing to compare with
    assert build(2, elsewhere) == []
    assert build(1, elsewhere, source_check_severity="off") == []
    # --empty neither warns nor counts as the last build
    assert build(20) == []
    assert build(20, inputs, "--empty") == []
    assert build(20) == []
    assert build(9) == [fewer]
    # empty, and named in empty_inputs
    assert build(0) == []


def test_volumes_of_the_seeds_do_not_count(check: Check, seeds_db: Path, tmp_path: Path) -> None:
    """Going from the seeds to smaller data of your own is no warning."""
    volumes = harness.read_table(seeds_db, VOLUMES, "main_intermediate")
    assert {row["origin"] for row in volumes} == {"seeds"}
    inputs = tmp_path / "it's"
    input_files.write_csv(rows_of_each(2), inputs)
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}
    succeeded, said = check(seeds_db, *CHECKED, data_dir=str(inputs), **old)
    assert succeeded
    assert findings(said) == []
    volumes = harness.read_table(seeds_db, VOLUMES, "main_intermediate")
    assert {(row["origin"], row["num_rows"]) for row in volumes} == {(f"data_dir: {inputs}", 2)}


def write_history(
    folder: Path, last_day: date, logins: Callable[[date], int], days: int = 80
) -> None:
    """Inputs whose newest rows are of a day, with a number of logins on each day before it."""
    world: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    world["customers"] = [
        {"customer_id": name, "acquisition_date": str(day), "region": "", "industry": ""}
        for name, day in (("C", last_day - timedelta(days=days)), ("D", last_day))
    ]
    for day in (last_day - timedelta(days=n) for n in range(days)):
        world["login_events"] += [
            {
                "user_id": f"U{n}",
                "customer_id": "C",
                "user_type": "admin",
                "login_timestamp": f"{day} 10:00:00",
            }
            for n in range(logins(day))
        ]
    input_files.write_csv(world, folder)


@pytest.mark.long
def test_freshness_check_warns_of_stale_inputs(check: Check, db: Path, tmp_path: Path) -> None:
    day = TODAY - timedelta(days=10)
    write_history(tmp_path / "inputs", day, lambda day: 3)
    vars = {"data_dir": str(tmp_path / "inputs")}
    succeeded, said = check(db, **vars)
    stale = f"login_events: the newest row is of {day}, 10 days old (max_age_days: 3)."
    assert succeeded
    assert without_label(findings(said)) == [stale]
    succeeded, said = check(db, **vars, source_check_severity="error")
    assert not succeeded
    assert stale in said
    for quiet in (
        {"source_check_severity": "off"},
        {"max_age_days": {"login_events": 10}},
        {"max_age_days": {"login_events": None}},
        # later rows do not count, and later days are not missed
        {"as_of_date": str(day + timedelta(days=3))},
    ):
        succeeded, said = check(db, **(vars | quiet))
        assert succeeded
        assert not findings(said), quiet


@pytest.mark.parametrize(
    ("age", "limits", "is_stale"),
    [
        (4, {}, True),
        pytest.param(3, {}, False, marks=pytest.mark.long),
        pytest.param(4, {"login_events": 4}, False, marks=pytest.mark.long),
        pytest.param(4, {"login_events": None}, False, marks=pytest.mark.long),
    ],
)
def test_source_freshness_agrees_with_the_check_of_a_build(
    dbt: Dbt,
    check: Check,
    db: Path,
    tmp_path: Path,
    age: int,
    limits: dict[str, int | None],
    is_stale: bool,
) -> None:
    write_history(tmp_path / "inputs", TODAY - timedelta(days=age), lambda day: 3)
    vars = {"data_dir": str(tmp_path / "inputs"), "max_age_days": limits}
    assert bool(findings(check(db, **vars)[1])) == is_stale
    run = dbt("source", "freshness", db=db, check=False, **vars)
    sources = [entry for entry in run.nodes if entry.node.resource_type == "source"]
    expected = dict.fromkeys(oracle.INPUT_COLUMNS, "pass")
    expected |= {"login_events": "warn" if is_stale else "pass"}
    # any age: dbt does not check it
    expected = {
        table: status for table, status in expected.items() if limits.get(table, 0) is not None
    }
    assert {entry.node.name: str(entry.status) for entry in sources} == expected


def test_own_inputs_are_sources(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    write_history(tmp_path / "inputs", TODAY, lambda day: 3)
    for vars in ({"data_dir": str(tmp_path / "inputs")}, {"source_schema": "crm"}):
        listed = dbt("ls", "--select", "+int_source_days", db=db, **vars).outcome.result
        assert {name for name in listed if name.startswith("source:")} == {
            f"source:customer_health.customer_health.{table}" for table in oracle.INPUT_COLUMNS
        }
    listed = dbt("ls", db=db).outcome.result
    made_by_dbt = "source:customer_health.dbt_runs.build_results"
    assert [name for name in listed if name.startswith("source:")] == [made_by_dbt]


def test_volume_check_warns_of_jumps(check: Check, db: Path, tmp_path: Path) -> None:
    last_day = TODAY - timedelta(days=1)
    quiet_day, loud_day, missing_day = (last_day - timedelta(days=n) for n in (1, 2, 3))
    unusual = {quiet_day: 14, loud_day: 63, missing_day: 0}

    def logins(day: date) -> int:
        # variation within a week is not unusual
        return unusual.get(day, 30 if day.weekday() < 5 else 30 + day.day % 2)

    write_history(tmp_path / "inputs", last_day, logins)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    told = without_label(findings(said))
    usual = r"; the same weekday had 30 to 3[01] in the 8 weeks before\."
    for line, (day, count) in zip(
        sorted(told), sorted(unusual.items(), key=lambda item: str(item[1])), strict=True
    ):
        assert re.fullmatch(rf"login_events: {count} rows of {day}{usual}", line)


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "days", "last_day"),
    [(19, 80, TODAY - timedelta(days=1)), (40, 50, TODAY - timedelta(days=1)), (40, 80, TODAY)],
    ids=["few rows", "short history", "today is not over"],
)
def test_volume_check_skips_small_short_and_unfinished_series(
    check: Check, db: Path, tmp_path: Path, number: int, days: int, last_day: date
) -> None:
    odd_day = last_day - timedelta(days=2) if last_day < TODAY else TODAY
    write_history(tmp_path / "inputs", last_day, lambda day: 1 if day == odd_day else number, days)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    assert not findings(said)
