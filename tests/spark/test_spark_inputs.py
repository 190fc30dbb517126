"""Where the inputs come from, on Spark as on DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from both_engines import ONLY_INPUTS, TODAY, Both

# Spark has no way to quote a wildcard.
NAMES = ("'; drop table customers; --", "1 % 0 %20 #", '"$(id) ü.csv')


@pytest.mark.long
@pytest.mark.parametrize("number", range(4))
def test_files_of_every_kind_match_duckdb(both: Both, tmp_path: Path, number: int) -> None:
    """Over the four, each table is of each kind once."""
    typed = tmp_path / "typed"
    input_files.write_parquet(input_files.read_csv(harness.HANDMADE), typed)
    both.inputs.mkdir()
    (both.inputs / "elsewhere").mkdir()
    (both.inputs / "elsewhere" / "customers.csv").touch()
    for position, table in enumerate(oracle.INPUT_COLUMNS):
        kind = input_files.KINDS[(number + position) % len(input_files.KINDS)]
        input_files.write_table(table, kind, both.inputs, typed, names=NAMES, twisted=True)
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS)
    both.assert_same_inputs()


def test_files_as_people_export_them(both: Both) -> None:
    """Every delimiter and encoding, JSON in lists and lines, values in forms, mapped columns."""
    chosen = oracle.Settings(
        run_day=TODAY,
        date_format={"subscriptions": "%d.%m.%y", "support_tickets": "%b %d, %Y %I:%M:%S %p"},
        decimal_separator={"subscriptions": ","},
        null_values={"subscriptions": ("it's \\ open", "-")},
    )
    world = random_inputs.spelled(input_files.read_csv(harness.HANDMADE), chosen)
    world["subscriptions"][0]["end_date"] = "It's \\ open"
    world["customers"][0]["region"] = "„Größe“\n5 €;"
    write = {
        "customers/1.csv": input_files.as_csv(";", "cp1252", "\r\n"),
        "customers/2.tsv": input_files.as_csv("\t", "cp1252", change=lambda name: f" {name} "),
        "subscriptions.csv": input_files.as_csv("|", "utf-16"),
        "login_events/1.jsonl": input_files.as_lines(),
        "login_events/2.json.gz": input_files.packed(input_files.as_json(indent=2)),
        "support_tickets.csv": input_files.as_csv(",", "utf-8-sig"),
    }
    input_files.put(world, both.inputs, write)
    vars = harness.dbt_vars(chosen) | {
        "csv_encoding": {"customers": "cp1252"},
        "column_map": {
            "customers": {"industry": {"value": "it's \\ 'one'"}},
            "subscriptions": {"arr": {"expression": "arr * 12 - 1"}, "quantity": {"value": 3}},
            "support_tickets": {"ticket_category": {"expression": "upper(ticket_category) -- so"}},
        },
    }
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS, **vars)
    both.assert_same_inputs()


@pytest.mark.long
def test_tables_of_a_schema_match_duckdb(both: Both) -> None:
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
            rows = connection.sql(f"from crm.{name}")
            schema = ", ".join(f"{column} string" for column in rows.columns)
            both.spark.createDataFrame(rows.fetchall(), schema).write.saveAsTable(f"crm.{name}")
    from_schema = Both(both.dbt, both.folder, both.spark)
    for target in ("duckdb", "spark"):
        # there are no tickets, and harness.LENIENT says that there need not be
        from_schema.on(target, "run", *ONLY_INPUTS, source_schema="crm", source_tables=names)
    from_schema.assert_same_inputs(without="stg_support_tickets")


@pytest.mark.long
@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda inputs: (inputs / "customers.csv").unlink(), "data_dir: no input for customers"),
        (
            lambda inputs: (inputs / "customers.csv").write_text("customer_id,region,industry\n"),
            "customers.csv has no column acquisition_date",
        ),
    ],
    ids=["no file", "no column"],
)
def test_bad_files_stop_the_build(
    both: Both, break_it: Callable[[Path], object], sentence: str
) -> None:
    shutil.copytree(harness.HANDMADE, both.inputs)
    break_it(both.inputs)
    with pytest.raises(harness.DbtFailed, match=sentence):
        both.on("spark", "run", "--select", "staging", empty_inputs=[])


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
