"""Each file in analyses, run on the seeds, against the marts it reads, row by row in Python.

The marts themselves are those of the oracle: test_against_oracle.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import harness
import oracle
import pytest
from harness import Dbt, Row

Tables = dict[str, list[Row]]
MARTS = (
    *("customer_list", "customer_week", "segment_months", "cohort_quarters", "usage_before_churn"),
    "open_support_tickets",
)
AGES = ("less than 7 days", "7 to 13 days", "14 to 29 days", "30 to 89 days", "90 days or more")


def renamed(rows: Iterable[Row], **names: str) -> list[Row]:
    """Rows that have these columns under other names too."""
    return [row | {new: row[old] for new, old in names.items()} for row in rows]


def customers_at_risk(tables: Tables) -> list[Row]:
    rows = [row for row in tables["customer_list"] if row["is_to_call"]]
    return sorted(rows, key=lambda r: (-r["arr_at_stake"], -r["total_arr"], r["customer_id"]))


def left_recently(tables: Tables) -> list[Row]:
    rows = [row for row in tables["customer_list"] if row["has_left_recently"]]
    rows.sort(key=lambda row: (-row["lost_arr"], row["customer_id"]))
    return renamed(rows, days_since="days_since_arr")


def silent_payers(tables: Tables) -> list[Row]:
    rows = [row for row in tables["customer_list"] if row["is_silent_30"]]
    return sorted(rows, key=lambda row: (-row["total_arr"], row["customer_id"]))


WEEK = {
    "arr": "total_arr",
    "products": "num_products",
    "logins": "num_logins_last_3m",
    "unique_users": "num_unique_users_last_3m",
    "open_tickets": "open_tickets",
    "open_bugs": "open_bug_tickets",
    "open_incidents": "open_incident_tickets",
    "aging_tickets": "tickets_open_14plus_days",
}


def worse_this_week(tables: Tables) -> list[Row]:
    rows = [row for row in tables["customer_week"] if row["raw_score_change"] > 0]
    rows.sort(key=lambda r: (-r["real_change"], -r["raw_score_change"], r["customer_id"]))
    before = {f"{name}_a_week_ago": f"{column}_a_week_ago" for name, column in WEEK.items()}
    return renamed(rows, what="change_is", change="raw_score_change", **WEEK, **before)


def arr_at_risk_by_region(tables: Tables) -> list[Row]:
    rows = [
        row | {"region": row["segment"] or "unknown"}
        for row in tables["segment_months"]
        if row["kind"] == "region" and row["is_latest"] and row["num_paying_customers"]
    ]
    rows.sort(key=lambda row: (-row["arr_at_risk"], row["region"]))
    return renamed(
        rows, paying_customers="num_paying_customers", customers_at_risk="num_customers_at_risk"
    )


def retention_by_cohort(tables: Tables) -> list[Row]:
    rows = tables["cohort_quarters"]
    rows.sort(key=lambda row: (row["cohort"], row["quarters_since_acquisition"]))
    return renamed(rows, customers="num_customers", paying_customers="num_paying_customers")


def ticket_backlog_ageing(tables: Tables) -> list[Row]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for ticket in tables["open_support_tickets"]:
        groups[ticket["age_group"]].append(ticket)
    return [
        {
            "age_group": group,
            "open_tickets": len(groups[group]),
            "customers": len({ticket["customer_id"] for ticket in groups[group]}),
        }
        | {
            column: sum(ticket["ticket_category"] == category for ticket in groups[group])
            for category, column in oracle.TICKET_CATEGORIES.items()
        }
        | {"oldest_in_days": max(ticket["days_open"] for ticket in groups[group])}
        for group in AGES
        if group in groups
    ]


def usage_before_churn(tables: Tables) -> list[Row]:
    rows = tables["usage_before_churn"]
    rows.sort(key=lambda row: (row["customer_group"], -row["months_before"]))
    return renamed(rows, customers="num_customers")


ANALYSES: dict[str, Callable[[Tables], list[Row]]] = {
    function.__name__: function
    for function in (
        customers_at_risk,
        worse_this_week,
        arr_at_risk_by_region,
        retention_by_cohort,
        ticket_backlog_ageing,
        usage_before_churn,
        left_recently,
        silent_payers,
    )
}


# --- what they say -------------------------------------------------------------------------------


def _compiled(dbt: Dbt, db: Path, **vars: object) -> dict[str, tuple[list[str], str]]:
    """The described columns and the SQL of each analysis."""
    run = dbt("compile", "--select", "resource_type:analysis", db=db, **vars)
    return {
        result.node.name: (list(result.node.columns), result.node.compiled_code)
        for result in run.nodes
    }


def _run(db: Path, sql: str) -> list[Row]:
    with duckdb.connect(str(db), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [entry[0] for entry in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


@pytest.fixture(scope="module")
def compiled(dbt: Dbt, seeds_built_once: Path) -> dict[str, tuple[list[str], str]]:
    return _compiled(dbt, seeds_built_once)


@pytest.fixture(scope="module")
def tables(seeds_built_once: Path) -> Tables:
    return {name: harness.read_table(seeds_built_once, name) for name in MARTS}


def test_every_analysis_is_checked(compiled: dict[str, object]) -> None:
    assert set(compiled) == set(ANALYSES)


def _in_order(columns: Iterable[str], rows: list[Row]) -> list[Row]:
    return [{column: row[column] for column in columns} for row in rows]


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_is_what_its_mart_says(
    name: str,
    seeds_built_once: Path,
    compiled: dict[str, tuple[list[str], str]],
    tables: Tables,
) -> None:
    columns, sql = compiled[name]
    actual = _run(seeds_built_once, sql)
    expected = ANALYSES[name](tables)
    assert len(expected) >= 3
    assert list(actual[0]) == columns
    # the order of the rows too
    assert actual == _in_order(columns, expected)


def test_the_analyses_of_the_seeds_are_not_trivial(tables: Tables) -> None:
    """Otherwise equal answers would prove little."""
    assert len({row["largest_driver"] for row in customers_at_risk(tables)}) > 2
    assert {row["what"] for row in worse_this_week(tables)} > {"real change"}
    assert len({row["days_since"] for row in left_recently(tables)}) > 2
    assert all(0 < row["days_since"] <= 90 for row in left_recently(tables))
    # with a score that others have too, so that nothing else would show them
    assert {row["silent_for"] for row in silent_payers(tables)} == {"since its acquisition"}
    assert all(0 < row["arr_at_risk"] < row["arr"] for row in arr_at_risk_by_region(tables))
    assert len({row["pct_paying"] for row in retention_by_cohort(tables)}) > 5
    assert [row["age_group"] for row in ticket_backlog_ageing(tables)] == list(AGES)
    last_months = [row for row in usage_before_churn(tables) if row["months_before"] == 1]
    left, stays = (row["pct_of_first_month"] for row in last_months)
    assert left < 50 < stays


def test_analyses_of_empty_inputs_are_empty(dbt: Dbt, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for table, columns in oracle.INPUT_COLUMNS.items():
        (inputs / f"{table}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    db = tmp_path / "customer_health.duckdb"
    dbt("run", db=db, data_dir=str(inputs))
    for name, (_, sql) in _compiled(dbt, db, data_dir=str(inputs)).items():
        assert _run(db, sql) == [], name
