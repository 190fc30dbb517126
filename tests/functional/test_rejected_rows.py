"""Rejected rows: how they are told, and when they stop the build."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import harness
import input_files
import oracle
import pytest
from checked_builds import (
    Check,
    world_of,
)
from harness import Dbt

REJECTED = '"customer_health"."main"."rejected_records"'

A_DATE = "expected a day such as 2024-01-31 or a time such as 2024-01-31 23:59:00, or a date_format"


def test_too_many_rejected_rows_stop_the_build(check: Check, db: Path, tmp_path: Path) -> None:
    good = [f"C{n}" for n in range(95)]
    world: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    world["customers"] = [
        {"customer_id": name, "acquisition_date": "2024-01-01", "region": "", "industry": ""}
        for name in good
    ] + [
        {"customer_id": f"D{n}", "acquisition_date": date, "region": "", "industry": ""}
        for n, date in enumerate(["never"] * 3 + ["2024-02-30"] * 2)
    ]
    input_files.write_csv(world, tmp_path / "inputs")
    vars = {"data_dir": str(tmp_path / "inputs"), "source_check_severity": "off"}
    # 5 of 100 are not more than 0.05
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customers_enriched")
    assert len(before) == 95
    world["customers"].append(world["customers"][0])
    input_files.write_csv(world, tmp_path / "inputs")
    succeeded, said = check(db, **vars)
    assert not succeeded
    assert (
        "customers: 6 of 101 rows rejected (invalid_date 5: acquisition_date 'never' (3), "
        f"acquisition_date '2024-02-30' (2); {A_DATE} | duplicate_key 1: 'C0'), more than "
        f"max_rejected_share: 0.05. Fix the rows, which are in {REJECTED}, or raise that setting."
    ) in said
    assert harness.read_table(db, "customers_enriched") == before
    assert len(harness.read_table(db, "rejected_records")) == 6
    assert check(db, **vars, max_rejected_share=0.06)[0]


@pytest.mark.long
def test_raising_the_share_is_not_advised_if_most_rows_are_rejected(
    check: Check, db: Path, tmp_path: Path
) -> None:
    good = [("A", f"P{n}", "1", "2024-01-01", None, "1") for n in range(10)]
    bad = [("A", f"P{n}", "1", "1 January 2024", None, "1") for n in range(11)]
    vars = {"data_dir": str(tmp_path / "inputs"), "source_check_severity": "off"}
    for number, advice in ((10, ", or raise that setting."), (11, ".")):
        input_files.write_csv(world_of(subscriptions=good + bad[:number]), tmp_path / "inputs")
        succeeded, said = check(db, **vars)
        assert not succeeded
        assert (
            f"subscriptions: {number} of {10 + number} rows rejected (invalid_date {number}: "
            f"start_date '1 January 2024' with end_date missing ({number}); {A_DATE}), more than "
            f"max_rejected_share: 0.05. Fix the rows, which are in {REJECTED}{advice}"
        ) in said
    # max_rejected_share can still be raised
    assert check(db, **vars, max_rejected_share=1)[0]


@pytest.mark.parametrize(
    ("dates", "settings", "hint"),
    [
        (("31/01/2024", "05/02/2024"), {}, "set date_format: '%d/%m/%Y'"),
        *(
            pytest.param(*case, marks=pytest.mark.long)
            for case in (
                (("1/31/2024", "2/5/2024"), {}, "set date_format: '%m/%d/%Y'"),
                (("31.01.2024 09:30",), {}, "set date_format: '%d.%m.%Y %H:%M'"),
                (("05-02-2024",), {}, "set date_format: '%d-%m-%Y' or '%m-%d-%Y'"),
                (
                    ("1/31/2024",),
                    {"date_format": "%d/%m/%Y"},
                    "expected date_format: '%d/%m/%Y', or a day such as 2024-01-31",
                ),
            )
        ),
    ],
)
def test_rejected_dates_come_with_the_setting_that_reads_them(
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    dates: Sequence[str],
    settings: dict[str, str],
    hint: str,
) -> None:
    rows = [("A", f"P{n}", "1", date, None, "12,50") for n, date in enumerate(dates)]
    rows.append(("A", "P", "1", "2024-02-01", None, "1234,5 €"))
    input_files.write_csv(world_of(subscriptions=rows), tmp_path / "inputs")
    run = dbt("run", db=db, data_dir=str(tmp_path / "inputs"), **settings)
    told = next(text for text in run.messages if text.startswith("subscriptions: "))
    assert f"; {hint} | " in told or told.endswith(f"; {hint})")
    assert "arr '1234,5 €'; set decimal_separator: ','" in told


def test_unknown_customers_come_with_a_similar_id_or_their_own_rejection(
    dbt: Dbt, db: Path, tmp_path: Path
) -> None:
    customers = [("12", "2024-01-01", "", ""), ("B", "soon", "", ""), ("ab", "2024-01-01", "", "")]
    logins = [("u", name, "admin", "2024-02-01") for name in ("12.0", "AB", "ab", "x")]
    tickets = [("T", "B", "open", "2024-02-01", "bug", None)]
    world = world_of(customers=customers, login_events=logins, support_tickets=tickets)
    input_files.write_csv(world, tmp_path / "inputs")
    run = dbt("run", db=db, data_dir=str(tmp_path / "inputs"))
    told = {text for text in run.messages if " rows rejected " in text}
    assert told == {
        f"customers: 1 of 3 rows rejected (invalid_date 1: acquisition_date 'soon'; {A_DATE})",
        "login_events: 3 of 4 rows rejected (unknown_customer 3: customer_id '12.0', "
        "customer_id 'AB', customer_id 'x'; '12.0' may be '12' in customers; write both alike)",
        "support_tickets: 1 of 1 rows rejected (unknown_customer 1 of rejected customers)",
    }


def test_rejected_values_are_found_under_any_name(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    """A record has the file's column names, in their letter case."""
    names = {"arr": "a/\"~r'", "quantity": "Qty", "customer_id": "CUSTOMER_ID"}
    world = world_of(subscriptions=[("A", "P", "1.5", "2024-01-01", None, "12,50")])
    (row,) = world["subscriptions"]
    renamed = {names.get(name, name): text for name, text in row.items()}
    input_files.write_csv(world, tmp_path / "inputs")
    with (tmp_path / "inputs" / "subscriptions.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(renamed))
        writer.writeheader()
        writer.writerow(renamed)
    mapped = {name: names[name] for name in ("arr", "quantity")}
    vars = {"data_dir": str(tmp_path / "inputs"), "column_map": {"subscriptions": mapped}}
    messages = dbt("run", db=db, **vars).messages
    assert (
        "subscriptions: 1 of 1 rows rejected (invalid_number 1: quantity '1.5' with arr '12,50'; "
        "set decimal_separator: ',')"
    ) in messages


def test_a_build_without_a_customer_fails(check: Check, db: Path, tmp_path: Path) -> None:
    vars = {
        "data_dir": str(tmp_path / "inputs"),
        "source_check_severity": "off",
        "max_rejected_share": 1,
    }
    login = ("u", "A", "admin", "2024-02-01")
    input_files.write_csv(world_of(login_events=[login]), tmp_path / "inputs")
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customers_enriched")
    nobody = [("A", "1 January 2024", "", ""), ("B", None, "", ""), (None, "2024-01-01", "", "")]
    input_files.write_csv(world_of(customers=nobody, login_events=[login]), tmp_path / "inputs")
    succeeded, said = check(db, **vars)
    assert not succeeded
    assert (
        "customers: none of the 3 rows is accepted (invalid_date 2: acquisition_date '1 January "
        f"2024', acquisition_date missing; {A_DATE} | missing_key 1: customer_id missing), so "
        f"there is nothing to build. Fix the rows; they are in {REJECTED}."
    ) in said
    assert harness.read_table(db, "customers_enriched") == before != []
    # an input without customers is fine if empty_inputs names it
    input_files.write_csv(world_of(customers=[]), tmp_path / "inputs")
    assert check(db, **vars, empty_inputs=[*oracle.INPUT_COLUMNS])[0]
    assert harness.read_table(db, "customers_enriched") == []
