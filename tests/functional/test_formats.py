"""Files as people really export them are read correctly."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from harness import Dbt
from input_files import Write, as_csv, as_json, as_lines, packed, put

SETTINGS = oracle.Settings(run_day=datetime.now(UTC).date())

HANDMADE = input_files.read_csv(harness.HANDMADE)


READ = ("rejected_records", "customer_daily_metrics", "customers_enriched")


def assert_read(dbt: Dbt, db: Path, inputs: Path, world: input_files.RawWorld, **vars: Any) -> None:
    """The build gives what the oracle makes of the world; the other marts follow from these."""
    dbt("run", "--select", "+customers_enriched", *READ, db=db, data_dir=str(inputs), **vars)
    harness.assert_matches_oracle(db, oracle.compute(world, SETTINGS), READ[1:])


WORLDS_OF_FILES: dict[str, dict[str, Write]] = {
    "delimiters": {
        "customers.csv": as_csv(";", "utf-8-sig"),
        "subscriptions.tsv": as_csv("\t", newline="\r\n"),
        "login_events.csv.gz": packed(as_csv("|")),
        "support_tickets.csv": as_csv(",", change=lambda name: f" {name.upper()}\t"),
    },
    "byte order marks": {
        "customers.csv": as_csv("\t", "utf-16", "\r\n"),
        "subscriptions.csv": as_csv(";", "utf-16"),
        "login_events.csv": as_csv("|", "utf-8-sig"),
        "support_tickets.json": as_json(encoding="utf-8-sig"),
    },
    "json": {
        "customers.json": as_json(),
        "subscriptions.jsonl": as_lines(),
        "login_events.ndjson.gz": packed(as_lines()),
        "support_tickets.json.gz": packed(as_json(indent=2)),
    },
    "folders": {
        "customers/1.csv": as_csv(),
        "customers/2.tsv": as_csv("\t", change=str.title),
        "customers/3.csv": as_csv(";", "utf-16"),
        "login_events/1.json": as_json(),
        "login_events/2.jsonl": as_lines(),
        "login_events/3.json": as_lines(indent=1),
        "login_events/4.json.gz": packed(as_json()),
    },
}


@pytest.mark.parametrize("files", WORLDS_OF_FILES.values(), ids=WORLDS_OF_FILES)
def test_formats_are_detected(
    dbt: Dbt, db: Path, tmp_path: Path, files: Mapping[str, Write]
) -> None:
    assert_read(dbt, db, put(HANDMADE, tmp_path / "inputs", files), HANDMADE)


@pytest.mark.long
def test_an_encoding_is_that_of_all_files_or_of_a_table(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """A byte order mark wins over the setting."""
    world = input_files.beyond_ascii(HANDMADE)
    encoding = {
        "customers.csv": as_csv(";", "utf-16-le", "\r\n"),
        "subscriptions.csv": as_csv("\t", "utf-16-le"),
        "login_events.csv": as_csv(",", "utf-16"),
    }
    assert_read(
        dbt,
        db,
        put(world, tmp_path / "inputs", encoding),
        world,
        csv_encoding={"customers": "utf-16", "subscriptions": "utf-16", "login_events": "cp1252"},
    )
    everything = put(
        HANDMADE, tmp_path / "all", {f"{name}.csv": as_csv(encoding="utf-16-le") for name in world}
    )
    db.unlink()
    assert_read(dbt, db, everything, HANDMADE, csv_encoding="utf-16")


AWKWARD_TEXTS = (
    *random_inputs.AWKWARD_IDS,
    *(
        "",
        " ",
        "#1",
        "a\nb",
        "a\r\nb",
        '"',
        '""',
        ',"',
        ';"',
        '\t"',
        "a;b",
        "a|b",
        "\t",
        "\\",
        "\\x41",
    ),
    *("%41", "€", "„ü“", "ß€ß", "NA", "'; drop table customers; --", "{{ 1 / 0 }}", "x" * 300, "Ÿ"),
)


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8"), ("\t", "utf-16"), ("|", "utf-16")],
)
def test_every_text_survives(
    dbt: Dbt, db: Path, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    file = (
        put(HANDMADE, tmp_path / "inputs", {"customers.csv": as_csv(delimiter, encoding)})
        / "customers.csv"
    )
    call = "{{ customer_health.raw_table('customers') }}"
    result = dbt(
        "compile", "--inline", call, db=db, data_dir=str(file.parent), csv_encoding=encoding
    )
    query = f"SELECT * FROM {result.nodes[0].node.compiled_code}"
    rng = random.Random(delimiter + encoding)
    columns = oracle.INPUT_COLUMNS["customers"]
    duck = duckdb.connect(":memory:", config={"enable_external_file_cache": False})
    for trial in range(60):
        rows = [rng.choices(AWKWARD_TEXTS, k=4) for _ in range(rng.choice((1, 2, 8, 40, 3000)))]
        text = io.StringIO()
        quoting: Any = csv.QUOTE_ALL if trial % 2 else csv.QUOTE_MINIMAL
        newline = rng.choice(("\n", "\r\n"))
        writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=newline)
        writer.writerows([columns, *rows])
        file.write_bytes(text.getvalue().encode(encoding))
        # an empty field is an empty text or null, which cleaning treats the same
        found = [[text or "" for text in row] for row in duck.execute(query).fetchall()]
        assert sorted(found) == sorted(rows), trial


def test_values_of_json_stay_as_they_are_written(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """Ids keep their digits, numbers are numbers, nested values are JSON text."""
    inputs = put(HANDMADE, tmp_path / "inputs", {})
    (inputs / "customers.csv").unlink()
    (inputs / "subscriptions.csv").unlink()
    (inputs / "customers.json").write_text(
        """[
        {"customer_id": "00123", "acquisition_date": "2024-01-01", "region": null, "industry": 1},
        {"customer_id": 12345678901234567890123, "acquisition_date": 20240102, "region": {"a":[1]}},
        {"customer_id": 9007199254740993, "acquisition_date": 1704412800000, "region": true},
        {"customer_id": "\\u00e9", "acquisition_date": 1704412800, "region": "x", "more": {"b": 2}}
        ]"""
    )
    term = '"customer_id": "00123", "start_date": "2024-01-01", "product_id"'
    numbers = ("1200", "33.335", "0.1", "1e3", "-1", '"1200.50"', '"1,5"', "null", "true")
    (inputs / "subscriptions.jsonl").write_text(
        "".join(
            f'{{{term}: {n}, "quantity": 1, "end_date": null, "arr": {number}}}\n'
            for n, number in enumerate(numbers)
        )
    )
    dbt("run", db=db, data_dir=str(inputs))
    customers = harness.read_table(db, "stg_customers", "main_staging")
    found = {row["customer_id"]: (row["acquisition_date"], row["region"]) for row in customers}
    assert found == {
        "00123": (date(2024, 1, 1), None),
        "12345678901234567890123": (date(2024, 1, 2), '{"a":[1]}'),
        "9007199254740993": (date(2024, 1, 5), "true"),
        "é": (date(2024, 1, 5), "x"),
    }
    rows = harness.read_table(db, "stg_subscriptions", "main_staging")
    amounts = {numbers[int(row["product_id"])]: str(row["arr"]) for row in rows}
    assert amounts == {
        "1200": "1200.00",
        "33.335": "33.34",
        "0.1": "0.10",
        "1e3": "1000.00",
        '"1200.50"': "1200.50",
    }
    rejected = [
        r for r in harness.read_table(db, "rejected_records") if "start_date" in r["record"]
    ]
    assert len(rejected) == 4
    assert {"arr": "1,5", "quantity": "1", "end_date": None}.items() <= json.loads(
        next(row["record"] for row in rejected if "1,5" in row["record"])
    ).items()
    # JSON numbers always have a decimal point
    db.unlink()
    dbt("run", db=db, data_dir=str(inputs), decimal_separator=",")
    rows = harness.read_table(db, "stg_subscriptions", "main_staging")
    amounts = {numbers[int(row["product_id"])]: str(row["arr"]) for row in rows}
    assert amounts == {
        "1200": "1200.00",
        "33.335": "33.34",
        "0.1": "0.10",
        "1e3": "1000.00",
        '"1,5"': "1.50",
    }


def test_dates_and_numbers_in_a_countrys_format(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """One setting for all tables, and others for one of them."""
    chosen = oracle.Settings(
        run_day=SETTINGS.run_day,
        date_format={
            "customers": "%d/%m/%Y",
            "subscriptions": "%d.%m.%y",
            "support_tickets": "%m/%d/%Y %I:%M:%S %p",
        },
        decimal_separator={"subscriptions": ","},
        null_values=("offen", "31.12.99"),
    )
    world = random_inputs.spelled(HANDMADE, chosen)
    world["subscriptions"][0]["end_date"] = " Offen"
    assert world["subscriptions"][0]["start_date"] != HANDMADE["subscriptions"][0]["start_date"]
    inputs = put(world, tmp_path / "inputs", {"subscriptions.csv": as_csv(";")})
    dbt("run", db=db, **harness.dbt_vars(chosen, inputs))
    harness.assert_matches_oracle(db, oracle.compute(world, chosen))
    # changing such a setting changes the rows of its table only
    changed = replace(chosen, null_values=None)
    run = dbt("run", db=db, **harness.dbt_vars(changed, inputs))
    assert "changed (subscriptions)" in run.said_of("customer_daily_metrics")[0]
    harness.assert_matches_oracle(db, oracle.compute(world, changed))


def test_no_text_of_an_input_or_a_setting_is_run_as_sql(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    attacks = ("'; drop schema main cascade; --", '"; drop table x; --', "\\'; --", "{{ 1 / 0 }}")
    world = {table: [dict(row) for row in rows] for table, rows in HANDMADE.items()}
    for rows in world.values():
        for row in rows:
            row |= {f"{attack} {n}": attack for n, attack in enumerate(attacks)}
    # the column that column_map names
    for row in world["customers"]:
        row["region"] = attacks[0]
    files = {
        "customers/'; --.csv": as_csv(";"),
        'subscriptions/"{{ 1 }}".csv': as_csv("\t", "utf-16"),
        "login_events/'; drop.jsonl": as_lines(),
        "support_tickets/{% x.json": as_json(),
    }
    assert_read(
        dbt,
        db,
        put(world, tmp_path / "it's", files),
        world,
        null_values=[*attacks, "N/A"],
        column_map={"customers": {"region": f"{attacks[0]} 0"}},
    )
    for row in harness.read_table(db, "rejected_records"):
        assert set(attacks) <= set(json.loads(row["record"]).values())


@pytest.mark.parametrize("name", ["customers.csv", "customers/it's.CSV.gz"])
def test_a_file_in_cp1252_comes_with_the_command_that_converts_it(
    dbt: Dbt, db: Path, tmp_path: Path, name: str
) -> None:
    """DuckDB reads it with an extension only, as in tests/attach."""
    world = {table: [dict(row) for row in rows] for table, rows in HANDMADE.items()}
    world["customers"][0]["region"] = "„Größe“ … 5 €"
    write = as_csv(";", "cp1252")
    files = {name: packed(write) if name.endswith("gz") else write}
    inputs = put(world, tmp_path / "exports of 2024", files)
    vars = {"data_dir": str(inputs), "csv_encoding": {"customers": "cp1252"}}
    (line,) = {line for line in dbt("run", db=db, check=False, **vars).findings if "iconv" in line}
    start, _, command = line.partition(", and leave out csv_encoding: ")
    assert start == (
        f"{inputs / name} cannot be read: DuckDB's extension encodings, for cp1252, is not "
        "installed. Convert the file"
    )
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert_read(dbt, db, inputs, world)
