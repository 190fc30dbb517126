"""Other names for columns, and constants and expressions in their place."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
import oracle
import pytest
from checked_builds import (
    TODAY,
    Check,
    rows_of_each,
    world_of,
)

NAMES = {
    "customers": {"customer_id": 'the "Id"', "region": "Land; drop table customers"},
    # the two ids trade places
    "login_events": {
        "user_id": "customer_id",
        "customer_id": "user_id",
        "login_timestamp": "created_at",
    },
    "subscriptions": {"arr": "{{ arr }}", "end_date": "raw", "start_date": "raw_record"},
    "support_tickets": {
        "ticket_id": "rejection_reason",
        "created_date": "case",
        "status": "Ünïcode 漢字",
    },
}


def test_column_map_reads_renamed_columns(check: Check, db: Path, tmp_path: Path) -> None:
    world = input_files.read_csv(harness.HANDMADE)
    renamed: dict[str, list[dict[str, Any]]] = {
        table: [{NAMES[table].get(name, name): text for name, text in row.items()} for row in rows]
        for table, rows in world.items()
    }
    (tmp_path / "inputs").mkdir()
    for table, rows in renamed.items():
        with duckdb.connect() as connection:
            names = list(rows[0])
            quoted = ", ".join('"' + name.replace('"', '""') + '" varchar' for name in names)
            connection.execute(f"create table t ({quoted})")
            connection.executemany(
                f"insert into t values ({', '.join('?' * len(names))})",
                [list(row.values()) for row in rows],
            )
            connection.execute(f"copy t to '{tmp_path}/inputs/{table}.csv'")
    vars = {
        "data_dir": str(tmp_path / "inputs"),
        "column_map": NAMES,
        "max_rejected_share": 1,
        "source_check_severity": "off",
    }
    succeeded, said = check(db, **vars)
    assert succeeded, said
    settings = oracle.Settings(run_day=TODAY)
    harness.assert_matches_oracle(db, oracle.compute(world, settings))
    # a record is the raw row
    records = [row["record"] for row in harness.read_table(db, "rejected_records")]
    assert any('"created_at":' in record for record in records)
    shutil.copy(harness.HANDMADE / "customers.csv", tmp_path / "inputs")
    succeeded, said = check(db, **vars)
    assert not succeeded
    names = 'the "id" or land; drop table customers'
    missing = f"{tmp_path}/inputs/customers.csv has no column {names}; it has customer_id, "
    assert any(line.startswith(missing) for line in said), said


# Tables with other names and columns than ours, and the mapping that makes them fit.
MAPPED = {
    "customers": {
        "customer_id": {"expression": "'C' || id"},
        "acquisition_date": {"expression": "-- never null\ncoalesce(signed_up, created) -- day"},
        "industry": {"value": " it's {{ 1 / 0 }} \\ "},
    },
    "subscriptions": {
        "customer_id": {"expression": "concat('C', account)"},
        "product_id": {"value": "P"},
        "quantity": {"value": 2},
        "arr": {"expression": "try_cast(amount as decimal(18, 2)) * 12 / 100"},
        "end_date": {"value": None},
    },
    "login_events": {
        "customer_id": {"expression": "concat('C', raw.account)"},
        "user_type": {"value": "Standard"},
        "login_timestamp": {
            "expression": "case when login_timestamp = 'x' then 'x' else login_timestamp || 'Z' end"
        },
    },
    "support_tickets": {
        "customer_id": {"expression": "concat('C', account)"},
        "status": {"expression": "if(done = 'yes', 'closed', 'open')"},
        "created_date": {"value": "2024-01-05"},
        "ticket_category": {"value": "bug"},
        "updated_at": {"expression": "closed_date"},
    },
}


def mapped_world(quote: str = '"') -> tuple[input_files.RawWorld, input_files.RawWorld]:
    """Rows of such tables, and their values under MAPPED."""
    given: input_files.RawWorld = {
        "customers": [
            {"id": "1", "signed_up": None, "created": "2024-01-01", "region": "EMEA"},
            {"id": "2", "signed_up": "2024-01-02", "created": "x", "region": None},
            {"id": "2", "signed_up": "2024-01-03", "created": None, "region": "APAC"},
            {"id": "3", "signed_up": None, "created": None, "region": "APAC"},
        ],
        "subscriptions": [
            {"account": "1", "start_date": "2024-01-01", "amount": "10050"},
            {"account": "1", "start_date": "2024-01-01", "amount": "10050"},
            {"account": "2", "start_date": "2024-01-01", "amount": " 7 "},
            {"account": "2", "start_date": "2024-01-01", "amount": "1,000"},
            {"account": "2", "start_date": "2024-01-01", "amount": "-5"},
            {"account": "9", "start_date": "soon", "amount": None},
        ],
        "login_events": [
            {"user_id": "u1", "account": "1", "login_timestamp": "2024-01-10 23:30:00"},
            {"user_id": "u1", "account": "1", "login_timestamp": "2024-01-10 23:30:00"},
            {"user_id": "u2", "account": "2", "login_timestamp": "x"},
            {"user_id": "u2", "account": "9", "login_timestamp": "2024-01-10 12:00:00"},
        ],
        "support_tickets": [
            {"ticket_id": "T1", "account": "1", "done": "yes", "closed_date": "2024-01-07"},
            {"ticket_id": "T1", "account": "1", "done": "no", "closed_date": None},
            {"ticket_id": "T2", "account": "2", "done": None, "closed_date": "soon"},
        ],
    }

    def arr(amount: str | None) -> str | None:
        text = (amount or "").strip()
        return str(Decimal(text) * 12 / 100) if re.fullmatch("-?[0-9]+", text) else None

    made: input_files.RawWorld = {
        "customers": [
            {
                "customer_id": f"C{row['id']}",
                "acquisition_date": row["signed_up"] or row["created"],
                "region": row["region"],
                "industry": "it's {{ 1 / 0 }} \\",
            }
            for row in given["customers"]
        ],
        "subscriptions": [
            {
                "customer_id": f"C{row['account']}",
                "product_id": "P",
                "quantity": "2",
                "start_date": row["start_date"],
                "end_date": None,
                "arr": arr(row["amount"]),
            }
            for row in given["subscriptions"]
        ],
        "login_events": [
            {
                "user_id": row["user_id"],
                "customer_id": f"C{row['account']}",
                "user_type": "standard",
                "login_timestamp": "x"
                if row["login_timestamp"] == "x"
                else f"{row['login_timestamp']}Z",
            }
            for row in given["login_events"]
        ],
        "support_tickets": [
            {
                "ticket_id": row["ticket_id"],
                "customer_id": f"C{row['account']}",
                "status": "closed" if row["done"] == "yes" else "open",
                "created_date": "2024-01-05",
                "ticket_category": "bug",
                "closed_date": row["closed_date"],
                "updated_at": row["closed_date"],
            }
            for row in given["support_tickets"]
        ],
    }
    return given, made


def test_constants_and_expressions_are_cleaned_like_columns(
    check: Check, db: Path, tmp_path: Path
) -> None:
    given, made = mapped_world()
    input_files.write_rows(given, tmp_path / "inputs")
    succeeded, said = check(
        db,
        data_dir=str(tmp_path / "inputs"),
        column_map=MAPPED,
        reporting_timezone="Asia/Tokyo",
        source_check_severity="off",
        max_rejected_share=1,
    )
    assert succeeded, said
    settings = oracle.Settings(run_day=TODAY, reporting_timezone="Asia/Tokyo")
    expected = oracle.compute(made, settings)
    rejected = harness.read_table(db, "rejected_records")
    # the result of an expression is not in the source, so a key has the cleaned value
    keys = {(row["source_table"], row["reason"], row["record_key"]) for row in rejected}
    assert {
        ("subscriptions", "invalid_date", "C9|P|soon"),
        ("login_events", "invalid_date", "u2|C2|"),
        ("login_events", "duplicate_event", "u1|C1|2024-01-11 08:30:00"),
    } <= keys
    assert Counter((row["source_table"], row["reason"]) for row in rejected) == Counter(
        (row["source_table"], row["reason"]) for row in expected.rejected_records
    )
    # a record is the raw row
    rows = [dict(row) for rows in given.values() for row in rows]
    assert all(json.loads(row["record"]) in rows for row in rejected)
    same = {"customer_daily_metrics": ("customer_id", "date"), "customers_enriched": "customer_id"}
    for table, key in same.items():
        harness.assert_same_table(harness.read_table(db, table), getattr(expected, table), key)
    assert {row["total_arr"] for row in harness.read_table(db, "customers_enriched")} == {
        Decimal("1206.00"),
        Decimal("0.84"),
    }


# In lower case, as some columns are lowered.
HOSTILE = (
    "it's\n\\",
    "'; drop table customers; --",
    "' || (select 1 / 0) || '",
    "\\' or 1 = 1; --",
    '"; {% do x %} {{ 1 / 0 }} {# ',
    "/* $1 %s ${home} null",
    "ünïcode 漢字 -- ",
)


def test_a_constant_is_nothing_but_its_text(check: Check, db: Path, tmp_path: Path) -> None:
    input_files.write_csv(rows_of_each(2), tmp_path / "inputs")
    columns = {
        "customers": ("region", "industry"),
        "subscriptions": ("product_id",),
        "login_events": ("user_id",),
        "support_tickets": ("ticket_id", "status", "ticket_category"),
    }
    texts = iter(HOSTILE)
    constants = {
        table: {name: {"value": next(texts)} for name in names} for table, names in columns.items()
    }
    succeeded, said = check(
        db,
        *("--select", "+stg_login_events", "+stg_subscriptions", "+stg_support_tickets"),
        data_dir=str(tmp_path / "inputs"),
        column_map=constants,
        source_check_severity="off",
    )
    assert succeeded, said
    for table, names in columns.items():
        (row, *_) = harness.read_table(db, f"stg_{table}", "main_staging")
        for name in names:
            assert row[name] == str(constants[table][name]["value"]).strip().lower()


def test_all_errors_in_expressions_are_named_at_once(
    check: Check, db: Path, tmp_path: Path
) -> None:
    input_files.write_csv(rows_of_each(2), tmp_path / "inputs")
    inputs = str(tmp_path / "inputs")
    wrong = {
        "customers": {"region": {"expression": "upper("}},
        "subscriptions": {
            "arr": {"expression": 'amount * 12 / "my ""cents"""'},
            "start_date": {"expression": "end_date + 1"},
            "end_date": {"expression": "raw.ends"},
        },
        "login_events": {
            "user_id": {"expression": "first(user_id)"},
            "user_type": {"expression": "1), (2"},
        },
        "support_tickets": {"status": {"expression": "lowercase(status)"}},
    }
    succeeded, said = check(db, data_dir=inputs, column_map=wrong)
    assert not succeeded
    (line,) = {entry for entry in said if entry.startswith("column_map: the expression")}

    def error(column: str, text: str) -> str:
        table = column.partition(".")[0]
        origin = f"{inputs}/{table}.csv"
        return f"column_map: the expression of {column} cannot be computed from {origin}: {text}"

    cast = "A text has to be converted: write try_cast(end_date as date) in place of end_date."
    for expected in (
        error("customers.region", 'syntax error at or near "end".'),
        f"{inputs}/subscriptions.csv has no column amount; it has customer_id, ",
        error("subscriptions.start_date", "No function matches the given name and argument types "),
        f"You might need to add explicit type casts. {cast} ",
        error("subscriptions.end_date", 'Table "raw" does not have a column named "ends".'),
        error("login_events.user_type", 'syntax error at or near ",".'),
        error("login_events.user_id", 'column "user_id" must appear in the GROUP BY clause '),
        error("support_tickets.status", "Scalar Function with name lowercase does not exist!"),
    ):
        assert expected in line, (expected, line)
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()


@pytest.mark.parametrize(
    ("settings", "texts"),
    [
        ({}, ("2024-03-09", "1234.50")),
        ({"date_format": "%d/%m/%Y", "decimal_separator": "."}, ("09/03/2024", "1,234.50")),
        ({"date_format": "%d.%m.%y", "decimal_separator": ","}, ("09.03.24", "1.234,50")),
    ],
)
def test_the_advice_for_texts_in_arithmetic_works(
    check: Check, db: Path, tmp_path: Path, settings: dict[str, str], texts: tuple[str, str]
) -> None:
    """What an error says to write gives the right values, and null for what cannot be read."""
    day, amount = texts
    world = world_of(
        subscriptions=[("A", "P", None, day, day, amount), ("A", "Q", None, day, day, "much")]
    )
    input_files.write_csv(world, tmp_path / "inputs")
    fees = [
        {{"arr": "Monthly fee"}.get(name, name): text for name, text in row.items()}
        for row in world["subscriptions"]
    ]
    input_files.write_rows({"subscriptions": fees}, tmp_path / "inputs")
    given = {"start_date": "end_date - 1", "arr": '"monthly fee" * 12'}
    only = {name: {"subscriptions": value} for name, value in settings.items()}
    vars = {"data_dir": str(tmp_path / "inputs"), "max_rejected_share": 1, **only}
    chosen = ("--select", "staging", "rejected_records")
    for last in (False, True):
        mapped = {name: {"expression": text} for name, text in given.items()}
        succeeded, said = check(db, *chosen, **vars, column_map={"subscriptions": mapped})
        assert succeeded == last, said
        advice = re.findall(r"write (.*?) in place of (.*?)[.](?=\s)", "\n".join(said))
        for value, text in set(advice):
            given = {name: old.replace(text, value) for name, old in given.items()}
    (row,) = harness.read_table(db, "stg_subscriptions", "main_staging")
    assert (row["start_date"], row["arr"]) == (date(2024, 3, 8), Decimal("14814.00"))
    (rejected,) = harness.read_table(db, "rejected_records")
    assert rejected["reason"] == "invalid_number"
