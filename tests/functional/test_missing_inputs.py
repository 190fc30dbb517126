"""Inputs that a company does not have."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
from checked_builds import (
    DATABASE,
    TABLES,
    assert_stops,
    make_tables,
    no_tables,
    settings,
)
from harness import Dbt


def expressions(table: str) -> dict[str, dict[str, object]]:
    """Every column of a table by an expression over columns that are not there."""
    columns = (*oracle.INPUT_COLUMNS[table], *oracle.OPTIONAL_COLUMNS[table])
    return {table: {name: {"expression": f"their_{name}"} for name in columns}}


@pytest.mark.parametrize("mapped", [False, pytest.param(True, marks=pytest.mark.long)])
def test_files_in_empty_inputs_may_be_missing(
    dbt: Dbt, db: Path, inputs: Path, mapped: bool
) -> None:
    world = input_files.read_csv(harness.HANDMADE)
    left_out = ["login_events", "support_tickets"]
    elsewhere = inputs.parent / "elsewhere"
    elsewhere.mkdir()
    for table in left_out:
        shutil.move(inputs / f"{table}.csv", elsewhere)
    vars: dict[str, object] = {"data_dir": str(inputs), "empty_inputs": left_out}
    if mapped:
        vars["column_map"] = expressions("login_events") | expressions("support_tickets")
    run = dbt("run", db=db, **vars)
    assert {f"{table}: missing, as empty_inputs allows." for table in left_out} <= {*run.messages}
    harness.assert_matches_oracle(
        db, oracle.compute(world | {table: [] for table in left_out}, settings())
    )
    # one of them arrives
    shutil.move(elsewhere / "login_events.csv", inputs)
    vars["column_map"] = {}
    dbt("run", db=db, **vars)
    harness.assert_matches_oracle(db, oracle.compute(world | {"support_tickets": []}, settings()))
    # a folder without any input is the wrong folder
    no_folder = f"data_dir: no file in {elsewhere / 'x'}, or no such folder; a relative path "
    everything = {"data_dir": str(elsewhere / "x"), "empty_inputs": [*TABLES]}
    assert_stops(dbt, db, f"{no_folder}starts where dbt is started.", **everything)


@pytest.mark.long
def test_tables_in_empty_inputs_may_be_missing(dbt: Dbt, db: Path) -> None:
    make_tables(db, "crm")
    with duckdb.connect(str(db)) as duck:
        duck.execute("DROP TABLE crm.support_tickets")
    world = input_files.read_csv(harness.HANDMADE) | {"support_tickets": []}
    vars = {"source_schema": "crm", "empty_inputs": ["support_tickets"]}
    for column_map in (expressions("support_tickets"), {}):
        dbt("run", db=db, **vars, column_map=column_map)
        harness.assert_matches_oracle(db, oracle.compute(world, settings()))
    everything = {"source_schema": "nowhere", "empty_inputs": [*TABLES]}
    assert_stops(dbt, db, no_tables(f"{DATABASE}.nowhere"), **everything)
