"""Checks before metrics are built: settings, rejected rows, freshness and volume of inputs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
import jinja2
import oracle
import pytest
import yaml
from harness import Dbt

TODAY = datetime.now(UTC).date()
STRICT = {"max_rejected_share": 0.05, "source_check_severity": "warn"}

Check = Callable[..., tuple[bool, list[str]]]


@pytest.fixture
def check(dbt: Dbt) -> Check:
    """Runs the models on a database; returns success, and warnings and errors."""

    def check(db: Path, *args: str, **vars: object) -> tuple[bool, list[str]]:
        run = dbt("run", *args, db=db, check=False, **(STRICT | vars))
        return run.success, run.findings

    return check


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


# --- settings -----------------------------------------------------------------------------------

WRONG_SETTINGS: list[tuple[dict[str, object], str]] = [
    ({"dataa_dir": "x"}, r"Unknown var 'dataa_dir'; the vars are data_dir, .*"),
    ({"as_of_date": "31.12.2024"}, r"as_of_date: '31\.12\.2024' is not a date; .*2024-01-31\."),
    ({"rebuild_from": "x"}, r"rebuild_from: 'x' is not a date; .*"),
    ({"reporting_timezone": "Mars"}, r"reporting_timezone: 'Mars' is not a time zone; .*"),
    (
        {"subscription_end_date_is_inclusive": "false"},
        r"subscription_end_date_is_inclusive: 'false' is neither true nor false .*",
    ),
    ({"test_all_days": "yes"}, r"test_all_days: 'yes' is neither true nor false .*"),
    (
        {"high_aging_ticket_threshold": "3; drop table x"},
        r"high_aging_ticket_threshold: '3; drop table x' is not a number of 0 or more.*",
    ),
    ({"outcome_days": 0}, r"outcome_days: '0' is not a whole number of days from 1 to 9999.*"),
    ({"outcome_days": 30.5}, r"outcome_days: '30.5' is not a whole number of days .*"),
    ({"outcome_days": None}, r"outcome_days: 'None' is not a whole number of days .*"),
    ({"risk_bands": [40, 60]}, r"risk_bands: expected a mapping such as .*"),
    ({"risk_bands": {"calm": 1}}, r"risk_bands: unknown band 'calm'; .*"),
    ({"risk_bands": {"watch": 101}}, r"risk_bands: watch is '101'; expected a score from 0 .*"),
    ({"risk_bands": {"watch": 70}}, r"risk_bands: watch is 70, more than at_risk, 60; .*"),
    ({"currency": "EUR; x"}, r"currency: 'EUR; x' is not a currency; expected a code .*"),
    ({"currency": 5}, r"currency: '5' is not a currency; expected a code .*"),
    ({"max_rejected_share": -1}, r"max_rejected_share: '-1' is not a number of 0 or more.*"),
    ({"max_rejected_share": 5}, r"max_rejected_share: '5' is not a share between 0 and 1.*"),
    ({"risk_weights": [1]}, r"risk_weights: expected a mapping such as .*"),
    ({"risk_weights": {"ARR": 1}}, r"risk_weights: unknown component 'ARR'; the components are .*"),
    ({"risk_weights": {"arr": "1)"}}, r"risk_weights: arr is '1\)'; expected 0 to 999 .*"),
    ({"closed_statuses": "closed"}, r"closed_statuses: 'closed' is not a list; expected texts .*"),
    ({"closed_statuses": {"closed": True}}, r"closed_statuses: '\{.*\}' is not a list; .*"),
    ({"closed_statuses": None}, r"closed_statuses: 'None' is not a list; .*"),
    ({"ignored_ticket_statuses": ["spam", 5]}, r"ignored_ticket_statuses: '5' is not a text; .*"),
    ({"ignored_ticket_statuses": [" "]}, r"ignored_ticket_statuses: ' ' is not a text; .*"),
    ({"empty_inputs": "logins"}, r"empty_inputs: 'logins' is not a list; .*"),
    ({"empty_inputs": ["logins"]}, r"empty_inputs: unknown table 'logins'; the tables are cust.*"),
    ({"max_age_days": 3}, r"max_age_days: expected a mapping such as .*"),
    ({"max_age_days": {"logins": 3}}, r"max_age_days: unknown table 'logins'; the tables are .*"),
    (
        {"max_age_days": {"customers": "long"}},
        r"max_age_days: customers is 'long'; expected a whole number of days, or null\.",
    ),
    ({"source_check_severity": "loud"}, r"source_check_severity: 'loud' is neither warn, error.*"),
    ({"column_map": "x"}, r"column_map: expected a mapping such as .*"),
    ({"column_map": {"logins": {}}}, r"column_map: unknown table 'logins'; the tables are .*"),
    (
        {"column_map": {"customers": {"name": "x"}}},
        r"column_map: unknown column 'name' of customers; its columns are customer_id, .*",
    ),
    (
        {"column_map": {"login_events": {"id": "x"}}},
        r"column_map: unknown column 'id' of login_events; .* login_timestamp, event_id\.",
    ),
    *(
        (
            {"column_map": {"customers": {"region": given}}},
            r"column_map: customers\.region is '.*'; expected the name of a column, "
            r"\{value: a constant\} or \{expression: SQL over the raw columns\}\.",
        )
        for given in (
            None,
            "",
            5,
            ["Land"],
            {},
            {"value": "A", "expression": "b"},
            {"name": "Land"},
        )
    ),
    *(
        (
            {"column_map": {"customers": {"region": {"value": value}}}},
            r"column_map: the value of customers\.region is '.*'; expected a number, a date, null "
            r"or a text, in quotation marks if necessary\.",
        )
        for value in (False, ["NO"], {"NO": 1})
    ),
    *(
        (
            {"column_map": {"subscriptions": {"arr": {"expression": expression}}}},
            r"column_map: the expression of subscriptions\.arr is '.*'; expected SQL, in quotation "
            r"marks\.",
        )
        for expression in (None, " ", 5, ["arr"])
    ),
    (
        {"source_tables": {"customers": "accounts"}},
        r"source_tables needs source_schema, .*; for files, rename the files\.",
    ),
    ({"source_tables": "accounts"}, r"source_tables: expected a mapping such as .*"),
    (
        {"source_tables": {"accounts": "customers"}},
        r"source_tables: unknown table 'accounts'; the tables are customers, .*",
    ),
    *(
        (
            {"source_tables": {"customers": name}},
            r"source_tables: customers is '.*'; expected the name of a table in source_schema\.",
        )
        for name in (None, " ", 5, ["accounts"])
    ),
    ({"source_database": "x"}, r"source_database needs source_schema, .*"),
    ({"source_schema": "main"}, r"Set data_dir or source_schema, not both\."),
]


@pytest.mark.parametrize(("vars", "line"), WRONG_SETTINGS, ids=[str(v) for v, _ in WRONG_SETTINGS])
def test_a_wrong_setting_stops_the_build(
    check: Check, db: Path, vars: dict[str, object], line: str
) -> None:
    succeeded, said = check(db, data_dir=str(harness.HANDMADE), **vars)
    assert not succeeded
    assert any(re.fullmatch(line, entry) for entry in said), said
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()


def test_every_setting_is_known() -> None:
    """The defaults in the macros are those of dbt_project.yml."""
    project = yaml.safe_load((harness.ROOT / "dbt_project.yml").read_text("utf-8"))
    macro = (harness.ROOT / "macros" / "settings" / "default_settings.sql").read_text("utf-8")
    defaults = re.search(r"return\((.*)\) \}\}", macro, re.DOTALL)
    assert defaults is not None
    values = jinja2.Environment(autoescape=True).compile_expression(defaults[1])()
    assert values == project["vars"]
    assert list(values) == list(project["vars"])


def test_an_end_before_all_rows_stops_the_build(check: Check, db: Path) -> None:
    vars = {"data_dir": str(harness.HANDMADE), "max_rejected_share": 1}
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customer_daily_metrics")
    succeeded, said = check(db, **vars, as_of_date="1999-12-31")
    assert not succeeded
    assert "as_of_date: 1999-12-31 is before the first row, of 2023-12-31." in said
    assert harness.read_table(db, "customer_daily_metrics") == before


REJECTED = '"customer_health"."main"."rejected_records"'
A_DATE = "expected a day such as 2024-01-31 or a time such as 2024-01-31 23:59:00, or a date_format"

# --- rejected rows ------------------------------------------------------------------------------


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


# The model that runs the checks, and the table with which one of them remembers the last build.
VOLUMES = "int_input_volumes"
CHECKED = ("--select", "+int_as_of_date", VOLUMES)


def world_of(**rows: list[tuple[str | None, ...]]) -> input_files.RawWorld:
    """Customer A since 2024-01-01 and these rows, in the order of oracle.INPUT_COLUMNS."""
    rows = {"customers": [("A", "2024-01-01", "EMEA", "Retail")]} | rows
    return {
        table: [dict(zip(columns, row, strict=True)) for row in rows.get(table, ())]
        for table, columns in oracle.INPUT_COLUMNS.items()
    }


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


# --- inputs without rows, and with fewer than before --------------------------------------------


def rows_of_each(number: int) -> input_files.RawWorld:
    return world_of(
        customers=[(f"C{n}", "2024-01-01", "", "") for n in range(number)],
        subscriptions=[("C0", f"P{n}", "1", "2024-01-01", None, "1") for n in range(number)],
        login_events=[(f"u{n}", "C0", "admin", "2024-02-01") for n in range(number)],
        support_tickets=[(f"T{n}", "C0", "open", "2024-01-01", "bug", None) for n in range(number)],
    )


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(table, marks=() if table == "login_events" else harness.EXHAUSTIVE)
        for table in oracle.INPUT_COLUMNS
    ],
)
def test_an_input_without_a_row_stops_the_build(
    check: Check, db: Path, tmp_path: Path, table: str
) -> None:
    inputs = tmp_path / "inputs"
    input_files.write_csv(rows_of_each(4) | {table: []}, inputs)
    vars = {"data_dir": str(inputs), "source_check_severity": "off"}
    succeeded, said = check(db, **vars, empty_inputs=[])
    assert not succeeded
    advice = f"Export it again or, if it is meant to be empty, set empty_inputs: [{table}]."
    assert f"{table}: no rows in {inputs}/{table}.csv. {advice}" in said
    # two files without a row
    (inputs / table).mkdir()
    shutil.copy(inputs / f"{table}.csv", inputs / table / "2.csv")
    shutil.move(inputs / f"{table}.csv", inputs / table / "1.csv")
    _, said = check(db, **vars, empty_inputs=[])
    assert f"{table}: no rows in {inputs}/{table}/1.csv and the files beside it. {advice}" in said
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()
    assert check(db, **vars, empty_inputs=[table], max_rejected_share=1)[0]
    # one row is enough, in whichever file
    with (inputs / table / "2.csv").open("a") as file:
        file.write(",".join(str(cell or "") for cell in rows_of_each(1)[table][0].values()) + "\n")
    assert check(db, **vars, empty_inputs=[], max_rejected_share=1)[0]


@pytest.mark.long
def test_an_input_that_lost_more_than_half_of_its_rows_is_a_warning(
    check: Check, db: Path, tmp_path: Path
) -> None:
    inputs, elsewhere = tmp_path / "inputs", tmp_path / "elsewhere"
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}

    def build(number: int, folder: Path = inputs, *args: str, **vars: object) -> list[str]:
        args = (*CHECKED, *args)
        input_files.write_csv(rows_of_each(10) | {"login_events": logins[:number]}, folder)
        succeeded, said = check(db, *args, data_dir=str(folder), **old, **vars)
        stops = bool(findings(said)) and vars.get("source_check_severity") == "error"
        assert succeeded == (not stops), said
        return without_label(findings(said))

    logins = rows_of_each(40)["login_events"]
    fewer = "login_events: the number of rows fell from 20 in the last build to 9, less than half."
    assert build(20) == []
    # however often it is tried
    for _ in range(2):
        assert build(9, source_check_severity="error") == [
            f"{fewer} If that is all, build once with source_check_severity: warn."
        ]
    # compared with the last build, although that failed
    assert build(10, source_check_severity="error") == []
    assert build(20) == []
    assert build(9) == [fewer]
    assert build(9) == []
    # inputs from another place have nothing to compare with
    assert build(2, elsewhere) == []
    assert build(1, elsewhere, source_check_severity="off") == []
    # --empty neither warns nor counts as the last build
    assert build(20) == []
    assert build(20, inputs, "--empty") == []
    assert build(20) == []
    assert build(9) == [fewer]
    # empty, and named in empty_inputs
    assert build(0) == []


def test_volumes_of_the_seeds_do_not_count(check: Check, seeds_db: Path, tmp_path: Path) -> None:
    """Going from the seeds to smaller data of your own is no warning."""
    volumes = harness.read_table(seeds_db, VOLUMES, "main_intermediate")
    assert {row["origin"] for row in volumes} == {"seeds"}
    inputs = tmp_path / "it's"
    input_files.write_csv(rows_of_each(2), inputs)
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}
    succeeded, said = check(seeds_db, *CHECKED, data_dir=str(inputs), **old)
    assert succeeded
    assert findings(said) == []
    volumes = harness.read_table(seeds_db, VOLUMES, "main_intermediate")
    assert {(row["origin"], row["num_rows"]) for row in volumes} == {(f"data_dir: {inputs}", 2)}


# --- what may mean something else ---------------------------------------------------------------


def told(
    check: Check, db: Path, folder: Path, world: input_files.RawWorld, **vars: object
) -> list[str]:
    """The findings about a world of any age; they do not stop a build under severity error."""
    input_files.write_csv(world, folder)
    # nothing to compare it with
    db.unlink(missing_ok=True)
    old = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}
    strict = {"source_check_severity": "error", "max_rejected_share": 1}
    succeeded, said = check(db, *CHECKED, data_dir=str(folder), **strict | old | vars)
    assert succeeded, said
    return without_label(findings(said))


@pytest.mark.long
def test_an_unknown_status_is_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def tickets(*statuses: str | None) -> input_files.RawWorld:
        return world_of(
            support_tickets=[
                (f"T{n}", "A", status, "2024-02-01", "bug", "2024-02-02")
                for n, status in enumerate(statuses)
            ]
        )

    def say(*statuses: str | None, **vars: object) -> list[str]:
        return told(check, db, tmp_path / "inputs", tickets(*statuses), **vars)

    known = ("open", "On-Hold", "closed", "SOLVED", "resolved", "done", "deleted", "spam")
    assert say(*known) == []
    assert say(*known, "Pending", "pending ") == [
        "support_tickets: status 'pending' (2 rows) is neither open, on-hold nor closed, so these "
        "tickets count as open; name it in closed_statuses or ignored_ticket_statuses."
    ]
    assert say("a", "b", "b", "c", "d", "e", None) == [
        "support_tickets: status 'b' (2 rows), 'a' (1 row), 'c' (1 row) and 2 more are neither "
        "open, on-hold nor closed, so these tickets count as open; name them in closed_statuses or "
        "ignored_ticket_statuses.",
        "support_tickets: status is missing in 1 row, so these tickets count as open.",
    ]
    assert say("a", source_check_severity="off") == []
    assert say("a", "b", "c", closed_statuses=["A"], ignored_ticket_statuses=[" b", "c"]) == []
    # texts in settings are escaped
    awkward = ["it's", "\\", "'; drop table x; --", '"', "') or ('' = '", "{{ 1 / 0 }}"]
    assert len(say(*awkward)) == 1
    assert say(*awkward, closed_statuses=awkward) == []
    assert say("closed", closed_statuses=[], ignored_ticket_statuses=[]) == [
        "support_tickets: status 'closed' (1 row) is neither open, on-hold nor closed, so these "
        "tickets count as open; name it in closed_statuses or ignored_ticket_statuses."
    ]


def test_other_unknown_values_are_warnings(check: Check, db: Path, tmp_path: Path) -> None:
    world = world_of(
        login_events=[
            (f"u{n}", "A", user_type, "2024-02-01")
            for n, user_type in enumerate(("admin", "Robot", "robot", None))
        ],
        support_tickets=[
            (f"T{n}", "A", "open", "2024-02-01", category, None)
            for n, category in enumerate(("bug", "billing", "Incident", None))
        ],
    )
    assert told(check, db, tmp_path / "inputs", world) == [
        "login_events: user_type 'robot' (2 rows) is neither admin, advanced nor standard, so "
        "these logins count in the totals only.",
        "support_tickets: ticket_category 'billing' (1 row) is neither bug, incident, question nor "
        "feature request, so these tickets count in the totals only.",
    ]


@pytest.mark.long
def test_touching_periods_are_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def say(*ends: str, inclusive: bool = True) -> list[str]:
        """Each product has two periods, the second one from the first of March on."""
        world = world_of(
            subscriptions=[
                row
                for n, end in enumerate(ends)
                for row in (
                    ("A", f"P{n}", "1", "2024-01-01", end, "1"),
                    ("A", f"P{n}", "1", "2024-03-01", None, "1"),
                )
            ]
        )
        setting = {"subscription_end_date_is_inclusive": inclusive}
        return told(check, db, tmp_path / "inputs", world, **setting)

    touching, a_day_later, gap = "2024-03-01", "2024-02-29", "2024-02-28"
    assert say(a_day_later, gap) == []
    assert say(touching, *[a_day_later] * 9) == []
    assert say(touching, gap, inclusive=False) == []
    assert say(touching, touching, a_day_later) == [
        "subscriptions: 2 pairs of periods touch (one starts on the end_date of the one before) "
        "and 1 starts the day after, so that the former count twice on that day; "
        "subscription_end_date_is_inclusive: false fits most of them."
    ]
    assert say(touching, *[a_day_later] * 8) != []
    assert say(touching, a_day_later) == [
        "subscriptions: 1 pair of periods touches (one starts on the end_date of the one before) "
        "and 1 starts the day after, so that the former count twice on that day; "
        "subscription_end_date_is_inclusive: true fits half of them."
    ]
    assert say(touching, a_day_later, a_day_later, inclusive=False) == [
        "subscriptions: 1 pair of periods touches (one starts on the end_date of the one before) "
        "and 2 start the day after, so that the latter do not count on it; "
        "subscription_end_date_is_inclusive: true fits most of them."
    ]


def test_early_logins_are_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def say(early: int, late: int) -> list[str]:
        days = ["2023-12-31 23:59:59"] * early + ["2024-01-01"] * late
        logins = [(f"u{n}", "A", "admin", day) for n, day in enumerate(days)]
        return told(check, db, tmp_path / "inputs", world_of(login_events=logins))

    assert say(0, 3) == say(1, 9) == []
    assert say(2, 9) == [
        "login_events: 18 % of the logins (2 of 11) are before the acquisition_date of their "
        "customer; they count in the 90-day windows, but on no day. If these customers are "
        "older, correct acquisition_date."
    ]


# --- columns that an input may have -------------------------------------------------------------


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


# --- how new and how many -----------------------------------------------------------------------


def write_history(
    folder: Path, last_day: date, logins: Callable[[date], int], days: int = 80
) -> None:
    """Inputs whose newest rows are of a day, with a number of logins on each day before it."""
    world: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    world["customers"] = [
        {"customer_id": name, "acquisition_date": str(day), "region": "", "industry": ""}
        for name, day in (("C", last_day - timedelta(days=days)), ("D", last_day))
    ]
    for day in (last_day - timedelta(days=n) for n in range(days)):
        world["login_events"] += [
            {
                "user_id": f"U{n}",
                "customer_id": "C",
                "user_type": "admin",
                "login_timestamp": f"{day} 10:00:00",
            }
            for n in range(logins(day))
        ]
    input_files.write_csv(world, folder)


def findings(said: list[str]) -> list[str]:
    return sorted(
        line for line in said if re.match(r"(\[WARNING\]: )?(login|cust|subs|supp)", line)
    )


def without_label(lines: list[str]) -> list[str]:
    return [line.removeprefix("[WARNING]: ") for line in lines]


@pytest.mark.long
def test_freshness_check_warns_of_stale_inputs(check: Check, db: Path, tmp_path: Path) -> None:
    day = TODAY - timedelta(days=10)
    write_history(tmp_path / "inputs", day, lambda day: 3)
    vars = {"data_dir": str(tmp_path / "inputs")}
    succeeded, said = check(db, **vars)
    stale = f"login_events: the newest row is of {day}, 10 days old (max_age_days: 3)."
    assert succeeded
    assert without_label(findings(said)) == [stale]
    succeeded, said = check(db, **vars, source_check_severity="error")
    assert not succeeded
    assert stale in said
    for quiet in (
        {"source_check_severity": "off"},
        {"max_age_days": {"login_events": 10}},
        {"max_age_days": {"login_events": None}},
        # later rows do not count, and later days are not missed
        {"as_of_date": str(day + timedelta(days=3))},
    ):
        succeeded, said = check(db, **(vars | quiet))
        assert succeeded
        assert not findings(said), quiet


@pytest.mark.parametrize(
    ("age", "limits", "is_stale"),
    [
        (4, {}, True),
        pytest.param(3, {}, False, marks=pytest.mark.long),
        pytest.param(4, {"login_events": 4}, False, marks=pytest.mark.long),
        pytest.param(4, {"login_events": None}, False, marks=pytest.mark.long),
    ],
)
def test_source_freshness_agrees_with_the_check_of_a_build(
    dbt: Dbt,
    check: Check,
    db: Path,
    tmp_path: Path,
    age: int,
    limits: dict[str, int | None],
    is_stale: bool,
) -> None:
    write_history(tmp_path / "inputs", TODAY - timedelta(days=age), lambda day: 3)
    vars = {"data_dir": str(tmp_path / "inputs"), "max_age_days": limits}
    assert bool(findings(check(db, **vars)[1])) == is_stale
    run = dbt("source", "freshness", db=db, check=False, **vars)
    sources = [entry for entry in run.nodes if entry.node.resource_type == "source"]
    expected = dict.fromkeys(oracle.INPUT_COLUMNS, "pass")
    expected |= {"login_events": "warn" if is_stale else "pass"}
    # any age: dbt does not check it
    expected = {
        table: status for table, status in expected.items() if limits.get(table, 0) is not None
    }
    assert {entry.node.name: str(entry.status) for entry in sources} == expected


def test_own_inputs_are_sources(dbt: Dbt, db: Path, tmp_path: Path) -> None:
    write_history(tmp_path / "inputs", TODAY, lambda day: 3)
    for vars in ({"data_dir": str(tmp_path / "inputs")}, {"source_schema": "crm"}):
        listed = dbt("ls", "--select", "+int_source_days", db=db, **vars).outcome.result
        assert {name for name in listed if name.startswith("source:")} == {
            f"source:customer_health.customer_health.{table}" for table in oracle.INPUT_COLUMNS
        }
    listed = dbt("ls", db=db).outcome.result
    made_by_dbt = "source:customer_health.dbt_runs.build_results"
    assert [name for name in listed if name.startswith("source:")] == [made_by_dbt]


def test_volume_check_warns_of_jumps(check: Check, db: Path, tmp_path: Path) -> None:
    last_day = TODAY - timedelta(days=1)
    quiet_day, loud_day, missing_day = (last_day - timedelta(days=n) for n in (1, 2, 3))
    unusual = {quiet_day: 14, loud_day: 63, missing_day: 0}

    def logins(day: date) -> int:
        # variation within a week is not unusual
        return unusual.get(day, 30 if day.weekday() < 5 else 30 + day.day % 2)

    write_history(tmp_path / "inputs", last_day, logins)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    told = without_label(findings(said))
    usual = r"; the same weekday had 30 to 3[01] in the 8 weeks before\."
    for line, (day, count) in zip(
        sorted(told), sorted(unusual.items(), key=lambda item: str(item[1])), strict=True
    ):
        assert re.fullmatch(rf"login_events: {count} rows of {day}{usual}", line)


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "days", "last_day"),
    [(19, 80, TODAY - timedelta(days=1)), (40, 50, TODAY - timedelta(days=1)), (40, 80, TODAY)],
    ids=["few rows", "short history", "today is not over"],
)
def test_volume_check_skips_small_short_and_unfinished_series(
    check: Check, db: Path, tmp_path: Path, number: int, days: int, last_day: date
) -> None:
    odd_day = last_day - timedelta(days=2) if last_day < TODAY else TODAY
    write_history(tmp_path / "inputs", last_day, lambda day: 1 if day == odd_day else number, days)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    assert not findings(said)


# --- other names for columns --------------------------------------------------------------------

NAMES = {
    "customers": {"customer_id": 'the "Id"', "region": "Land; drop table customers"},
    # the two ids trade places
    "login_events": {
        "user_id": "customer_id",
        "customer_id": "user_id",
        "login_timestamp": "created_at",
    },
    "subscriptions": {"arr": "{{ arr }}", "end_date": "raw", "start_date": "raw_record"},
    "support_tickets": {"ticket_id": "fault", "created_date": "case", "status": "Ünïcode 漢字"},
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


# --- constants and expressions in place of columns ----------------------------------------------

OLD: dict[str, object] = {"max_age_days": dict.fromkeys(oracle.INPUT_COLUMNS)}
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
        "arr": {"expression": "amount * 12 / 100"},
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

    cast = "Convert text with cast(… as decimal(18, 2)) or cast(… as date)."
    for expected in (
        error("customers.region", 'syntax error at or near "end".'),
        f'{inputs}/subscriptions.csv has no column amount or my "cents"; it has customer_id, ',
        error("subscriptions.start_date", "No function matches the given name and argument types "),
        f"You might need to add explicit type casts. {cast} ",
        error("subscriptions.end_date", 'Values list "raw" does not have a column named "ends".'),
        error("login_events.user_type", 'syntax error at or near ",".'),
        error("login_events.user_id", 'column "user_id" must appear in the GROUP BY clause '),
        error("support_tickets.status", "Scalar Function with name lowercase does not exist!"),
    ):
        assert expected in line, (expected, line)
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()


# --- columns that no metric needs -----------------------------------------------------------------


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


# --- files as they come -------------------------------------------------------------------------

UGLY = harness.ROOT / "tests" / "fixtures" / "ugly"


def ugly_world() -> input_files.RawWorld:
    """The rows of UGLY, read by Python, with our column names."""
    files = {
        "customers": [UGLY / "customers.csv"],
        "subscriptions": [UGLY / "subscriptions.csv.gz"],
        "login_events": sorted((UGLY / "login_events").glob("*.[cC]*")),
        "support_tickets": [UGLY / "support_tickets.csv"],
    }
    names = {"ticket id": "ticket_id", "created_at": "login_timestamp"}
    world: input_files.RawWorld = {}
    for table, paths in files.items():
        world[table] = []
        for path in paths:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            for row in rows:
                cells = {names.get(name.lower(), name.lower()): text for name, text in row.items()}
                world[table].append({name: cells[name] for name in oracle.INPUT_COLUMNS[table]})
    return world


def test_messy_exports_match_the_oracle(check: Check, db: Path) -> None:
    """A byte order mark, CRLF, gzip, quoted commas and line breaks, columns in any order."""
    succeeded, said = check(
        db,
        data_dir=str(UGLY),
        column_map={
            "login_events": {"login_timestamp": "Created_At"},
            "support_tickets": {"ticket_id": "ticket id"},
        },
        max_rejected_share=1,
        source_check_severity="off",
    )
    assert succeeded, said
    with (UGLY / "expected_rejects.csv").open(newline="") as file:
        expected = Counter(tuple(row) for row in list(csv.reader(file))[1:])
    rejected = harness.read_table(db, "rejected_records")
    found = Counter(
        (
            row["source_table"],
            row["reason"],
            # either of two equal events may be kept
            re.sub(r"[|][^|]*$", "|*", row["record_key"])
            if row["reason"] == "duplicate_event"
            else row["record_key"] or "",
        )
        for row in rejected
    )
    assert found == expected
    harness.assert_matches_oracle(db, oracle.compute(ugly_world(), oracle.Settings(run_day=TODAY)))
    # the record has all other columns too
    names = {json.loads(row["record"]).get("Account Name") for row in rejected}
    assert {"Two\r\nlines", "Dates as in a spreadsheet", "No date", "Nobody"} <= names
