"""Where the inputs come from, on Spark as on DuckDB."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from both_engines import ONLY_INPUTS, TODAY, Both
from small_spark import SCHEMA


def test_values_as_people_write_them(both: Both) -> None:
    """Dates and numbers in the formats of countries, and mapped columns."""
    chosen = oracle.Settings(
        run_day=TODAY,
        date_format={"subscriptions": "%d.%m.%y", "support_tickets": "%b %d, %Y %I:%M:%S %p"},
        decimal_separator={"subscriptions": ","},
        null_values={"subscriptions": ("it's \\ open", "-")},
    )
    world = random_inputs.spelled(input_files.read_csv(harness.HANDMADE), chosen)
    world["subscriptions"][0]["end_date"] = "It's \\ open"
    world["customers"][0]["region"] = "„Größe“\n5 €;"
    input_files.put(world, both.inputs, {"login_events/1.jsonl": input_files.as_lines()})
    number = "try_cast(replace(replace(arr, '.', ''), ',', '.') as decimal(18, 2))"
    vars = harness.dbt_vars(chosen) | {
        "column_map": {
            "customers": {"industry": {"value": "it's \\ 'one'"}},
            "subscriptions": {"arr": {"expression": f"{number} * 12"}, "quantity": {"value": 3}},
            "support_tickets": {"ticket_category": {"expression": "upper(ticket_category) -- so"}},
        },
    }
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS, **vars)
    both.assert_same_inputs()


@pytest.mark.long
def test_tables_of_a_schema_match_duckdb(both: Both) -> None:
    """Spark's are made of CSV files as docs/spark.md says."""
    text = (harness.ROOT / "docs" / "spark.md").read_text(encoding="utf-8")
    ((documented, path),) = re.findall(r"(create table \S+ using csv .*'(\S+[.]csv)'.*);", text)
    names = {"customers": "accounts"}
    both.spark.sql("drop schema if exists crm cascade")
    both.spark.sql("create schema crm")
    with duckdb.connect(str(both.db)) as connection:
        connection.execute("create schema crm")
        for table in oracle.INPUT_COLUMNS:
            file = harness.HANDMADE / f"{table}.csv"
            if table == "support_tickets":
                continue
            name = names.get(table, table)
            connection.execute(
                f"create table crm.{name} as from read_csv('{file}', all_varchar = true)"
            )
            statement = documented.replace(path, str(file))
            both.spark.sql(re.sub(r"exports[.]\w+", f"crm.{name}", statement))
    from_schema = Both(both.dbt, both.folder, both.spark)
    for target in ("duckdb", "spark"):
        # there are no tickets, and harness.LENIENT says that there need not be
        from_schema.on(target, "run", *ONLY_INPUTS, source_schema="crm", source_tables=names)
    from_schema.assert_same_inputs(without="stg_support_tickets")


@pytest.mark.long
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (f"drop table {SCHEMA}.customers", f"there is no table {SCHEMA}.customers"),
        (
            f"alter view {SCHEMA}.customers as select customer_id from {SCHEMA}.subscriptions",
            f"`{SCHEMA}`.`customers` has no column acquisition_date",
        ),
    ],
    ids=["no table", "no column"],
)
def test_bad_tables_stop_the_build(both: Both, statement: str, sentence: str) -> None:
    both.spark.sql(f"create schema {SCHEMA}")
    kind = "table" if statement.startswith("drop") else "view"
    for table in oracle.INPUT_COLUMNS:
        both.spark.sql(f"create {kind} {SCHEMA}.{table} as select 'A' as customer_id")
    both.spark.sql(statement)
    from_schema = Both(both.dbt, both.folder, both.spark)
    with pytest.raises(harness.DbtFailed, match=sentence):
        from_schema.on(
            *("spark", "run", "--select", "staging"), source_schema=SCHEMA, empty_inputs=[]
        )


def test_files_stop_the_build(both: Both) -> None:
    """Once, and with what to do instead."""
    from_files = Both(both.dbt, both.folder, both.spark)
    with pytest.raises(harness.DbtFailed) as failure:
        from_files.on("spark", "run", data_dir=str(harness.HANDMADE))
    assert (
        f"data_dir: Spark reads tables, not {harness.HANDMADE}. Load the files as tables and set "
        "source_schema to their schema, or build on DuckDB."
    ) in [line.strip() for line in str(failure.value).splitlines()]


@pytest.mark.parametrize(
    ("setting", "value", "other"),
    [
        ("session.timeZone", "UTC", "Europe/Berlin"),
        ("timestampType", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"),
    ],
)
def test_a_session_that_would_change_times_stops_the_build(
    both: Both, tmp_path: Path, setting: str, value: str, other: str
) -> None:
    project = harness.copy_project(tmp_path / "project")
    line = f"        spark.sql.{setting}: "
    with (
        harness.mutated(project / "profiles.yml", f"{line}{value}\n", f"{line}{other}\n"),
        pytest.raises(harness.DbtFailed, match="timeZone to UTC"),
    ):
        Both(both.dbt.of(project), tmp_path, both.spark).on("spark", "run")
