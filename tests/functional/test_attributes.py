"""Setting `customer_attributes`: further columns of customers, in a view of their own."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import harness
import pytest
from harness import Dbt, DbtFailed, Row

ATTRIBUTES = ["name", "Owner", "order"]
VALUES = {
    "A": (' Ann\'s "A" Ltd ', "<b>Bo</b>", 1),
    "B": ("", "  ", 2.5),
    "D": ("Ünïcode; & co", None, True),
}
EXPECTED = {
    "A": {"name": 'Ann\'s "A" Ltd', "owner": "<b>Bo</b>", "order": "1"},
    "B": {"name": None, "owner": None, "order": "2.5"},
    "D": {"name": "Ünïcode; & co", "owner": None, "order": "true"},
}


def customers(names: tuple[str, ...] = ("NAME", "owner", "order")) -> list[Row]:
    with (harness.HANDMADE / "customers.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        row | dict(zip(names, VALUES.get(row["customer_id"].strip(), (None,) * 3), strict=True))
        for row in rows
    ]


def other_inputs(folder: Path) -> Path:
    shutil.copytree(harness.HANDMADE, folder)
    (folder / "customers.csv").unlink()
    return folder


def as_csv(folder: Path) -> dict[str, object]:
    rows = customers()
    with (other_inputs(folder) / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {"order": str(row["order"]).lower() if row["order"] else ""})
    return {"data_dir": str(folder)}


def as_json(folder: Path) -> dict[str, object]:
    # some programs leave out null and false
    rows = [{k: v for k, v in row.items() if v is not None} for row in customers()]
    (other_inputs(folder) / "customers.json").write_text(json.dumps(rows), encoding="utf-8")
    return {"data_dir": str(folder)}


def as_tables(folder: Path) -> dict[str, object]:
    as_csv(folder)
    with duckdb.connect(str(folder.parent / "customer_health.duckdb")) as connection:
        connection.execute("create schema exports")
        for file in folder.glob("*.csv"):
            connection.execute(f"create table exports.{file.stem} as from '{file}'")
    return {"source_schema": "exports"}


def as_relation(folder: Path) -> dict[str, object]:
    settings = as_tables(folder)
    with duckdb.connect(str(folder.parent / "customer_health.duckdb")) as connection:
        connection.execute("alter table exports.customers rename to people")
    return settings | {"customers_relation": "exports.people"}


def as_mapped(folder: Path) -> dict[str, object]:
    settings = as_csv(folder)
    file = folder / "customers.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("NAME", "Account Name", 1), encoding="utf-8")
    return settings | {"column_map": {"customers": {"name": "Account Name"}}}


LONG = (as_json, as_relation, as_mapped)


@pytest.mark.parametrize(
    "deliver",
    [as_csv, as_tables, *(pytest.param(deliver, marks=pytest.mark.long) for deliver in LONG)],
)
def test_attributes_come_from_every_kind_of_input(
    dbt: Dbt, tmp_path: Path, deliver: Callable[[Path], dict[str, object]]
) -> None:
    db = tmp_path / "customer_health.duckdb"
    settings = deliver(tmp_path / "inputs")
    dbt("run", "--select", "+customer_attributes", "+rejected_records", db=db,
        customer_attributes=ATTRIBUTES, **settings)  # fmt: skip
    rows = harness.read_table(db, "customer_attributes")
    assert all(list(row) == ["customer_id", "name", "owner", "order"] for row in rows)
    found = {row.pop("customer_id"): row for row in rows}
    assert {key: found[key] for key in EXPECTED} == EXPECTED
    # one row for each accepted customer
    accepted = harness.read_table(db, "stg_customers", "main_staging")
    assert sorted(row["customer_id"] for row in accepted) == sorted(found)
    assert len(rows) == len(found)


def test_another_owner_rebuilds_no_day(dbt: Dbt, tmp_path: Path) -> None:
    db = tmp_path / "customer_health.duckdb"
    settings = as_csv(tmp_path / "inputs") | {"customer_attributes": ["owner"]}
    dbt("run", db=db, **settings)
    file = tmp_path / "inputs" / "customers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("<b>Bo</b>", "Cy"), encoding="utf-8")
    run = dbt("run", db=db, **settings)
    assert run.said_of("customer_daily_metrics") == ["nothing changed"]
    assert {row["owner"] for row in harness.read_table(db, "customer_attributes")} == {"Cy", None}
    # nor does it without the setting, which takes the columns away
    run = dbt("run", db=db, **{**settings, "customer_attributes": []})
    assert run.said_of("customer_daily_metrics") == ["nothing changed"]
    assert list(harness.read_table(db, "customer_attributes")[0]) == ["customer_id"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["segment"], "customers.csv has no column segment; it has customer_id, "),
        (["region"], "'region' is already a column of base_customers"),
        (["total_arr"], "'total_arr' is already a column of customers_enriched"),
        (["account name"], "'account name' cannot be a column; expected letters, digits"),
        (['x" from y; --'], "cannot be a column"),
        (["1st"], "'1st' cannot be a column"),
        (["owner", "OWNER"], "owner, owner names a column more than once"),
        ("owner", "'owner' is not a list"),
    ],
)
def test_an_impossible_attribute_is_an_error(
    dbt: Dbt, tmp_path: Path, names: object, words: str
) -> None:
    db = tmp_path / "customer_health.duckdb"
    settings = as_csv(tmp_path / "inputs")
    with pytest.raises(DbtFailed) as failed:
        dbt("run", db=db, customer_attributes=names, **settings)
    assert words in str(failed.value)
    assert not db.exists() or "base_customers" not in str(
        duckdb.connect(str(db)).execute("from duckdb_tables()").fetchall()
    )


def test_the_seeds_have_no_attributes(dbt: Dbt, seeds_db: Path) -> None:
    assert list(harness.read_table(seeds_db, "customer_attributes")[0]) == ["customer_id"]
    with pytest.raises(DbtFailed, match="customer_attributes needs inputs of your own"):
        dbt("run", db=seeds_db, customer_attributes=["owner"])
