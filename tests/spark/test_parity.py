"""The project on Spark against the project on DuckDB: the same inputs, every cell of the results.

Each builds on its own previous build; that this equals a full refresh on DuckDB is tested
elsewhere. A build on Spark takes half a minute however little there is to build, so that
tests that are not marked `long` make few of them: random worlds are thrown together, and dbt's data
tests are left out. A short walk is in test_cluster.py.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from both_engines import ONLY_INPUTS, TODAY, Both
from harness import Dbt
from hypothesis import Phase, given
from hypothesis import strategies as st
from pyspark.sql import SparkSession


def build_seeds(both: Both, *options: str) -> Counter[tuple[str, str]]:
    """How many nodes ended how, which has to be the same on both."""
    results = {}
    for target in ("duckdb", "spark"):
        run = both.on(target, "build", "--threads", "4", *options, test_all_days=True)
        results[target] = Counter(
            (str(entry.node.resource_type), str(entry.status)) for entry in run.nodes
        )
    assert results["spark"] == results["duckdb"]
    return results["spark"]


def test_seeds_match_duckdb(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> None:
    both = Both(dbt, tmp_path, spark)
    results = build_seeds(both, "--exclude-resource-type", "test")
    assert results["unit_test", "pass"] > 30
    both.assert_same()
    assert_same_analyses(both)


@pytest.mark.long
def test_seeds_pass_all_data_tests(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> None:
    results = build_seeds(Both(dbt, tmp_path, spark), "--exclude-resource-type", "unit_test")
    assert results["test", "pass"] > 130


def assert_same_analyses(both: Both) -> None:
    """Each file in analyses gives the same rows in the same order."""
    expected, compiled = (
        both.on(target, "compile", "--select", "resource_type:analysis").compiled
        for target in ("duckdb", "spark")
    )
    assert compiled.keys() == expected.keys() != set()
    for name, sql in expected.items():
        with duckdb.connect(str(both.db), read_only=True) as connection:
            wanted = connection.execute(sql).fetchall()
        rows = both.spark.sql(compiled[name]).collect()
        assert [tuple(row) for row in rows] == wanted != [], name


NUM_WORLDS = 10


def random_worlds() -> list[tuple[input_files.RawWorld, oracle.Settings, str]]:
    """The same on every run; each can be built, and none of its tables is empty."""
    found: list[tuple[input_files.RawWorld, oracle.Settings, str]] = []

    @harness.random_cases(3 * NUM_WORLDS, phases=(Phase.generate,))
    @given(
        world=random_inputs.worlds(),
        chosen=random_inputs.settings(TODAY),
        file_format=st.sampled_from(input_files.FILE_FORMATS),
    )
    def collect(world: input_files.RawWorld, chosen: oracle.Settings, file_format: str) -> None:
        if all(world.values()) and not oracle.compute(world, chosen).has_nothing_to_build:
            found.append((world, chosen, file_format))

    collect()
    return found[:NUM_WORLDS]


def check_worlds(
    both: Both, drawn: Iterable[tuple[input_files.RawWorld, oracle.Settings, str]]
) -> None:
    for world, chosen, file_format in drawn:
        for file in both.inputs.glob("*.*"):
            file.unlink()
        input_files.write_files(random_inputs.spelled(world, chosen), both.inputs, file_format)
        both.build(**harness.dbt_vars(chosen))
        both.assert_same()


def test_random_worlds_thrown_together_match_duckdb(both: Both) -> None:
    drawn = random_worlds()
    pools: tuple[input_files.RawWorld, ...] = tuple(
        {table: [] for table in oracle.INPUT_COLUMNS} for _ in range(2)
    )
    for number, (world, _, _) in enumerate(drawn):
        for table, rows in world.items():
            names = oracle.INPUT_COLUMNS[table]
            ids = [name for name in oracle.OPTIONAL_COLUMNS[table] if name.endswith("_id")]
            pools[number % 2][table] += [
                # one pool is without optional columns, in the other no row lacks an id
                {name: row[name] for name in names}
                if number % 2 == 0
                else dict.fromkeys(ids, f"{number}, {place}") | row
                for place, row in enumerate(rows)
            ]
    check_worlds(both, [(pools[0], drawn[0][1], "csv"), (pools[1], drawn[1][1], "parquet")])


@pytest.mark.long
def test_random_worlds_match_duckdb(both: Both) -> None:
    drawn = random_worlds()
    assert len(drawn) == NUM_WORLDS
    check_worlds(both, drawn)


def test_every_spelling_matches_duckdb(both: Both) -> None:
    input_files.write_csv(random_inputs.every_spelling(), both.inputs)
    for target in ("duckdb", "spark"):
        both.on(
            *(target, "run", *ONLY_INPUTS),
            as_of_date="2024-03-31",
            reporting_timezone="Asia/Kathmandu",
        )
    both.assert_same_inputs()


def test_numbers_in_floating_point_match_duckdb(both: Both) -> None:
    """The text of a large one has an exponent on Spark, and none on DuckDB."""
    shutil.copytree(harness.HANDMADE, both.inputs)
    (both.inputs / "subscriptions.csv").unlink()
    numbers = ["0.5", "1", "1.5", "-1", "-0", "9999999", "1e7", "2147483647", "2147483648", "1e30"]
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select
                    'A' as customer_id, 'P' || number as product_id, number::double as quantity,
                    date '2024-01-01' as start_date, null::date as end_date, number::double as arr
                from unnest({numbers}::varchar[]) as _ (number)
            ) to '{both.inputs}/subscriptions.parquet'
            """
        )
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS)
    both.assert_same_inputs()
