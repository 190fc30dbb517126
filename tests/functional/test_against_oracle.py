"""Every cell of every public table, against the brute-force oracle."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import by_hand
import harness
import input_files
import oracle
import pytest
import random_inputs
from harness import Dbt
from hypothesis import given
from hypothesis import strategies as st

# The worlds end in 2025 (but for the year 2999), so any later day of the run gives the same tables.
TODAY = datetime.now(UTC).date()


def _settings(**changes: Any) -> oracle.Settings:
    return oracle.Settings(**({"run_day": TODAY} | changes))


def test_dbt_matches_values_computed_by_hand(dbt: Dbt, tmp_path: Path) -> None:
    db = tmp_path / "customer_health.duckdb"
    dbt("run", db=db, **harness.dbt_vars(_settings(), harness.HANDMADE))
    by_hand.check(
        harness.read_table(db, "customer_daily_metrics"),
        harness.read_table(db, "customers_enriched"),
        harness.read_table(db, "customer_risk_drivers"),
        harness.read_table(db, "rejected_records"),
    )
    expected = oracle.compute(input_files.read_csv(harness.HANDMADE), _settings())
    harness.assert_matches_oracle(db, expected)


def test_seeds_match_the_oracle(seeds_built_once: Path) -> None:
    expected = oracle.compute(input_files.read_csv(harness.ROOT / "seeds"), _settings())
    harness.assert_matches_oracle(seeds_built_once, expected)


def test_the_score_of_the_seeds_works_in_part(seeds_built_once: Path) -> None:
    """Their customers leave for reasons that show only partly beforehand."""
    power = {
        row["predictor"]: row
        for row in harness.read_table(seeds_built_once, "risk_score_power")
        if row["month"] is None
    }
    assert power["customer_risk_score_raw"]["num_churned"] >= oracle.FEW_OUTCOMES
    assert 0.6 < power["customer_risk_score_raw"]["auc"] < 0.9
    # a predictor that beats all others, or loses to all, says little about them
    assert len({row["auc"] for row in power.values()}) == len(oracle.PREDICTORS)
    outlook = harness.read_table(seeds_built_once, "customer_outlook")
    assert {row["why_unknown"] for row in outlook} == {None}
    assert len({row["decile"] for row in outlook}) > 5


def test_seeds_pass_every_test_of_dbt(seeds_built_once: Path) -> None:
    counts = json.loads((seeds_built_once.parent / "results.json").read_text(encoding="utf-8"))
    assert {count.split()[1] for count in counts} == {"success", "pass", "no-op"}
    assert counts["test pass"] > 140
    assert counts["unit_test pass"] > 50


@pytest.mark.long
def test_data_tests_of_the_raw_score_know_the_weights(dbt: Dbt, seeds_db: Path) -> None:
    weights = dict(zip(oracle.WEIGHT_NAMES, (0.3333, 0.0007, 0, 2.5, 999.9999), strict=True))
    tests = ("assert_raw_score_follows_from_its_row", "assert_drivers_explain_the_raw_score")
    dbt("run", db=seeds_db, risk_weights=weights)
    assert dbt("test", "--select", *tests, db=seeds_db, risk_weights=weights).success
    # and other weights fail them
    failed = dbt("test", "--select", *tests, db=seeds_db, check=False).failed("fail")
    assert failed == sorted(tests)


@pytest.mark.parametrize(
    "empty",
    [*(pytest.param(table, marks=pytest.mark.long) for table in oracle.INPUT_COLUMNS), "all"],
)
def test_empty_inputs_match_the_oracle(empty: str, dbt: Dbt, tmp_path: Path) -> None:
    world = {
        table: [] if empty in (table, "all") else rows
        for table, rows in input_files.read_csv(harness.HANDMADE).items()
    }
    input_files.write_csv(world, tmp_path / "inputs")
    db = tmp_path / "customer_health.duckdb"
    dbt("run", db=db, **harness.dbt_vars(_settings(), tmp_path / "inputs"))
    harness.assert_matches_oracle(db, oracle.compute(world, _settings()))


def test_every_spelling_matches_the_oracle(dbt: Dbt, tmp_path: Path) -> None:
    world = random_inputs.every_spelling()
    chosen = _settings(as_of_date=date(2024, 3, 31), reporting_timezone="Asia/Kathmandu")
    input_files.write_csv(world, tmp_path / "inputs")
    db = tmp_path / "customer_health.duckdb"
    dbt("run", db=db, **harness.dbt_vars(chosen, tmp_path / "inputs"))
    harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
    harness.assert_matches_oracle(db, oracle.compute(world, chosen))


def test_a_percentage_beyond_its_type_is_the_largest_value(dbt: Dbt) -> None:
    term = {"customer_id": "A", "product_id": "P", "quantity": "1"}
    penny = {"start_date": "2024-01-01", "end_date": "2024-03-30", "arr": "0.01"}
    fortune = {"start_date": "2024-03-31", "arr": "9999999999999.99"}
    customer = {"customer_id": "A", "acquisition_date": "2024-03-31"}
    world: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    for table, values in (
        ("customers", customer),
        ("subscriptions", term | penny),
        ("subscriptions", term | fortune),
    ):
        world[table].append(dict.fromkeys(oracle.INPUT_COLUMNS[table]) | values)
    check_world(dbt, world, _settings(), "csv")
    (row,) = oracle.compute(world, _settings()).customers_enriched
    assert row["pct_change_arr_90d"] == Decimal("9999999999999999.99")


def check_world(
    dbt: Dbt, world: input_files.RawWorld, chosen: oracle.Settings, file_format: str
) -> None:
    """Runs dbt on ``world`` in one of input_files.FILE_FORMATS and compares all tables."""
    world = random_inputs.spelled(world, chosen)
    with tempfile.TemporaryDirectory() as scratch:
        inputs = Path(scratch) / "inputs"
        raw = input_files.write_files(world, inputs, file_format)
        db = Path(scratch) / "customer_health.duckdb"
        expected = oracle.compute(raw, chosen)
        vars = harness.dbt_vars(chosen, inputs)
        if expected.has_nothing_to_build:
            why = "rows is accepted" if expected.all_customers_rejected else "before the first row"
            with pytest.raises(harness.DbtFailed, match=why):
                dbt("run", db=db, **vars)
            return
        dbt("run", db=db, **vars)
        if "csv" in file_format:
            harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
        harness.assert_matches_oracle(db, expected)


WORLDS = given(
    world=random_inputs.worlds(),
    chosen=random_inputs.settings(TODAY),
    file_format=st.sampled_from(input_files.FILE_FORMATS),
)


@harness.random_cases(6)
@WORLDS
def test_a_handful_of_random_worlds_match_the_oracle(
    dbt: Dbt, world: input_files.RawWorld, chosen: oracle.Settings, file_format: str
) -> None:
    check_world(dbt, world, chosen, file_format)


@pytest.mark.long
@harness.random_cases(10)
@WORLDS
def test_random_worlds_match_the_oracle(
    dbt: Dbt, world: input_files.RawWorld, chosen: oracle.Settings, file_format: str
) -> None:
    check_world(dbt, world, chosen, file_format)
