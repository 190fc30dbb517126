"""Settings that cannot be meant stop the build before it has made anything."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import harness
import pytest
import yaml
from checked_builds import Check
from harness import Dbt

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
    ({"max_rejected_share": -1}, r"max_rejected_share: '-1' is not a share between 0 and 1.*"),
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


def test_defaults_are_those_of_the_project_file(dbt: Dbt, db: Path) -> None:
    """dbt_project.yml shows them, the macro has them for dbt v2; so do the ages of the sources."""
    project = yaml.safe_load((harness.ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]
    code = "{{ tojson(customer_health._known_settings()) }}"
    (node,) = dbt("compile", "--inline", code, db=db).nodes
    known = json.loads(node.node.compiled_code)
    assert {name: setting["default"] for name, setting in known.items()} == project
    assert list(known) == list(project)
    sources = (harness.ROOT / "models" / "staging" / "_sources.yml").read_text("utf-8")
    ages = re.findall(r"'max_age_days', none\)\['(\w+)'\] \| default\((\d+)\)", sources)
    assert {table: int(days) for table, days in ages} == project["max_age_days"]


def test_an_end_before_all_rows_stops_the_build(check: Check, db: Path) -> None:
    vars = {"data_dir": str(harness.HANDMADE), "max_rejected_share": 1}
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customer_daily_metrics")
    succeeded, said = check(db, **vars, as_of_date="1999-12-31")
    assert not succeeded
    assert "as_of_date: 1999-12-31 is before the first row, of 2023-12-31." in said
    assert harness.read_table(db, "customer_daily_metrics") == before
