"""`build_results`: the latest result of each node in a database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import harness
import pytest
from harness import Dbt, Row

# A small part of the project.
PART = ("--select", "stg_customers", "base_customers", "customers", "assert_nothing")
PART += ("--indirect-selection", "empty")


def stored(db: Path) -> dict[str, Row]:
    rows = harness.read_table(db, "build_results")
    assert len({row["node_id"] for row in rows}) == len(rows)
    return {row["node_id"]: row for row in rows}


def test_a_build_is_stored_whole(seeds_built_once: Path, manifest_columns: list[str]) -> None:
    rows = stored(seeds_built_once)
    statuses = Counter((row["resource_type"], row["status"]) for row in rows.values())
    assert set(statuses) == {
        ("model", "success"),
        ("seed", "success"),
        ("test", "pass"),
        ("unit_test", "pass"),
    }
    assert statuses["seed", "success"] == 4
    model = rows["model.customer_health.customers_enriched"]
    assert list(model) == manifest_columns
    assert (model["name"], model["command"], model["failures"]) == (
        "customers_enriched",
        "build",
        None,
    )
    assert {row["failures"] for row in rows.values() if row["status"] == "pass"} == {0}
    assert len({row["invocation_id"] for row in rows.values()}) == 1
    assert all(0 <= row["seconds"] < 600 for row in rows.values())
    age = datetime.now(UTC).replace(tzinfo=None) - model["finished_at"]
    assert timedelta(0) <= age < timedelta(hours=3)


@pytest.fixture(scope="module")
def manifest_columns(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The columns as they are described."""
    manifest = dbt("parse", db=tmp_path_factory.mktemp("parsed") / "unused.duckdb").outcome.result
    return list(manifest.sources["source.customer_health.dbt_runs.build_results"].columns)


def test_the_last_result_of_each_node_stays(dbt: Dbt, tmp_path: Path) -> None:
    """A failed build, a run, `dbt show`, a fixed build: one after the other."""
    project = harness.copy_project(tmp_path / "project")
    db = tmp_path / "customer_health.duckdb"
    broken = project / "tests" / "singular" / "assert_nothing.sql"
    broken.write_text(
        "-- depends on {{ ref('stg_customers') }}\nselect 1 as found union all select 2"
    )
    other = dbt.of(project)
    failed = other("build", *PART, db=db, check=False)
    assert not failed.success
    rows = stored(db)
    test = rows["test.customer_health.assert_nothing"]
    assert (test["status"], test["failures"]) == ("fail", 2)
    assert "Got 2 results" in test["message"]
    assert {row["invocation_id"] for row in rows.values()} == {test["invocation_id"]}

    # nodes that did not run keep their result
    other("run", "--select", "stg_customers", db=db)
    again = stored(db)
    changed = {node for node in again if again[node] != rows.get(node)}
    assert changed == {"model.customer_health.stg_customers"}
    assert again["model.customer_health.stg_customers"]["command"] == "run"

    for question in (["compile"], ["show"], ["docs", "generate"]):
        other(*question, *PART[:2], *PART[-2:], db=db)
        assert stored(db) == again, question

    # what is downstream of a broken model is skipped
    model = project / "models" / "staging" / "base" / "base_customers.sql"
    model.write_text("select no_such_column from {{ ref('customers') }}")
    broken.unlink()
    assert not dbt.of(project, tmp_path / "second")("build", *PART, db=db, check=False).success
    rows = stored(db)
    assert rows["model.customer_health.base_customers"]["status"] == "error"
    assert rows["model.customer_health.stg_customers"]["status"] == "skipped"
    assert rows["seed.customer_health.customers"]["status"] == "success"
    # a removed test takes its failure with it
    assert "test.customer_health.assert_nothing" not in rows


def test_messages_are_stored_as_they_are(dbt: Dbt, tmp_path: Path) -> None:
    message = 'it\'s \\ "odd"\n{{ no_jinja }} -- 100 % ; drop table x'
    text = message.replace("'", "''")
    db = tmp_path / "customer_health.duckdb"
    project = harness.copy_project(tmp_path / "project")
    model = project / "models" / "staging" / "stg_customers.sql"
    model.write_text(
        "{{ config(materialized='table') }} select {% raw %}error('" + text + "'){% endraw %} as x "
        "from {{ ref('base_customers') }}"
    )
    run = dbt.of(project)("build", *PART[:-3], *PART[-2:], db=db, check=False)
    assert run.failed("error") == ["stg_customers"]
    [found] = [row["message"] for row in stored(db).values() if row["status"] == "error"]
    assert all(line in found for line in message.splitlines())
