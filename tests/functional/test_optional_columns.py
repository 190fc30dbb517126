"""Columns that an input may have, and columns that no metric needs."""

from __future__ import annotations

import shutil
from pathlib import Path

import harness
import input_files
import oracle
import pytest
from checked_builds import (
    OLD,
    TODAY,
    Check,
    rows_of_each,
    without_label,
    world_of,
)


def test_optional_columns_are_used_under_any_name(check: Check, db: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    login = ("u", "A", "admin", "2024-02-01")
    world = world_of(login_events=[login] * 3)
    for row, event_id in zip(world["login_events"], ("1", "2", "2"), strict=True):
        row["event_id"] = event_id
    input_files.write_csv(world, inputs)
    file = inputs / "login_events.csv"
    vars = {
        "data_dir": str(inputs),
        "source_check_severity": "off",
        "max_rejected_share": 1,
    }
    expected = oracle.compute(world, oracle.Settings(run_day=TODAY))
    assert len(expected.accepted["login_events"]) == 2
    assert check(db, **vars)[0]
    harness.assert_matches_oracle(db, expected)
    name = 'Event "no.", {{ 1 / 0 }}'
    file.write_text(file.read_text().replace("event_id", '"' + name.replace('"', '""') + '"', 1))
    assert check(db, **vars, column_map={"login_events": {"event_id": name}})[0]
    harness.assert_matches_oracle(db, expected)
    # a mapped column has to exist
    succeeded, said = check(db, **vars, column_map={"login_events": {"event_id": "no"}})
    assert not succeeded
    assert any(line.startswith(f"{file} has no column no; it has user_id, ") for line in said)


def test_an_optional_column_of_some_files_only_stops_the_build(
    check: Check, db: Path, tmp_path: Path
) -> None:
    inputs = tmp_path / "inputs"
    input_files.write_csv(rows_of_each(2), inputs)
    (inputs / "login_events").mkdir()
    file = inputs / "login_events" / "1.csv"
    shutil.move(inputs / "login_events.csv", file)
    (inputs / "login_events" / "2.csv").write_text(
        "EVENT_ID,user_id,customer_id,user_type,login_timestamp\n1,u1,C1,admin,2024-02-01\n"
    )
    succeeded, said = check(db, data_dir=str(inputs))
    assert not succeeded
    assert (
        f"{file} has no column event_id, but {inputs}/login_events/2.csv has; all files of a "
        "table must have it, or none."
    ) in said
    file.write_text(
        file.read_text().replace("login_timestamp", "login_timestamp,Event_id,EVENT_ID")
    )
    _, said = check(db, data_dir=str(inputs))
    assert f"{file} has the column event_id more than once; rename one of them." in said


def without(world: input_files.RawWorld, *columns: str) -> input_files.RawWorld:
    return {
        table: [{name: text for name, text in row.items() if name not in columns} for row in rows]
        for table, rows in world.items()
    }


@pytest.mark.long
def test_columns_that_no_metric_needs_may_be_missing(
    check: Check, db: Path, tmp_path: Path
) -> None:
    world = without(input_files.read_csv(harness.HANDMADE), "region", "industry", "quantity")
    inputs = tmp_path / "inputs"
    input_files.write_rows(world, inputs)
    vars = {"data_dir": str(inputs), "max_rejected_share": 1, **OLD}
    succeeded, said = check(db, **vars)
    assert succeeded, said
    harness.assert_matches_oracle(db, oracle.compute(world, oracle.Settings(run_day=TODAY)))
    told = [
        f"customers: region and industry are null in every row, as {inputs}/customers.csv has no "
        "such columns; if they are called something else, map them in column_map.",
        f"subscriptions: quantity is null in every row, as {inputs}/subscriptions.csv has no such "
        "column; if it is called something else, map it in column_map.",
    ]
    assert [line for line in without_label(said) if "null in every row" in line] == told
    nowhere = {
        "customers": {"region": {"value": None}, "industry": {"value": None}},
        "subscriptions": {"quantity": {"value": None}},
    }
    for quiet in ({"column_map": nowhere}, {"source_check_severity": "off"}):
        succeeded, said = check(db, "--select", "+stg_subscriptions", **(vars | quiet))
        assert succeeded, said
        assert not [line for line in said if "null in every row" in line]
    # a mapped column has to exist
    missing = {"subscriptions": {"quantity": "seats"}}
    succeeded, said = check(db, **vars, column_map=missing)
    assert not succeeded
    start = f"{inputs}/subscriptions.csv has no column seats; it has customer_id, product_id, "
    assert any(line.startswith(start) for line in said)
    # in all files
    (inputs / "customers").mkdir()
    shutil.move(inputs / "customers.csv", inputs / "customers" / "1.csv")
    shutil.copy(harness.HANDMADE / "customers.csv", inputs / "customers" / "2.csv")
    succeeded, said = check(db, **vars)
    assert not succeeded
    files = f"{inputs}/customers/1.csv has no column {{}}, but {inputs}/customers/2.csv has"
    rest = "; all files of a table must have it, or none."
    assert " ".join(files.format(name) + rest for name in ("region", "industry")) in said
