"""integration_tests/, a project with this one as a package, run as its owner would."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import harness
import oracle
import pytest
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from harness import Run

DAILY = "customer_daily_metrics"
# The vars that make models of the user's our inputs.
RELATIONS = tuple(f"{table}_relation" for table in oracle.INPUT_COLUMNS)


class Project:
    """A copy of integration_tests; dbt has to be started in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def dbt(self, *args: str) -> Run:
        """Runs a dbt command as the owner would; ``said`` is what the daily table then said."""
        events: list[EventMsg] = []
        try:
            run = Run(dbtRunner(callbacks=[events.append]).invoke(["--quiet", *args]), events)
        finally:
            harness.close_dbt_connections()
        self.said = run.said_of(DAILY)
        return run

    def succeed(self, *args: str) -> Run:
        run = self.dbt(*args)
        assert run.success, run.errors
        return run

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def delay_ticket(self) -> None:
        """Says that a ticket of 1 May had been there since 25 April."""
        self.edit("seeds/support_tickets.csv", "T3,A2,open,2024-05-01", "T3,A2,open,2024-04-25")

    def table(self, name: str) -> list[harness.Row]:
        return harness.read_table(self.folder / "warehouse.duckdb", name, "analytics")

    def open_tickets(self, table: str) -> int:
        """Those of A2 on 25 April."""
        days = {(row["customer_id"], str(row["date"])): row for row in self.table(table)}
        return days["A2", "2024-04-25"]["open_tickets"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project after everything in it has been installed, loaded and built."""
    folder = harness.copy_owner(tmp_path_factory.mktemp("package") / "customer_health")
    project = Project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        runs = project.succeed("build").nodes
    nodes = [run.node for run in runs]
    seeds = {node.package_name for node in nodes if node.resource_type == "seed"}
    assert seeds == {"crm"}
    order = [node.name for node in nodes]
    assert order.index("logins_of_people") < order.index("base_login_events")
    assert project.said == ["rebuilding every day: first build"]
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    folder = shutil.copytree(built, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(folder)
    return Project(folder)


def test_a_second_build_changes_nothing(project: Project) -> None:
    runs = project.succeed("build").nodes
    assert project.said == ["nothing changed"]
    tests = [run.node for run in runs if run.node.resource_type in ("test", "unit_test")]
    of_daily = [
        test
        for test in tests
        if getattr(test, "attached_node", None) == f"model.customer_health.{DAILY}"
    ]
    # all days are tested; of the owner's tests, only those of an exact model are restricted
    untested = {test.name for test in tests if "9999-12-31" in test.compiled_code}
    assert {test.name for test in of_daily} <= untested
    packages = {test.name: test.package_name for test in tests}
    of_owner = {name for name in untested if packages[name] == "crm"}
    assert of_owner == {"not_null_ticket_history_customer_id"}
    assert {test.resource_type for test in tests} == {"test"}
    assert any(test.package_name == "crm" for test in tests)


@pytest.mark.long
def test_a_changed_row_rebuilds_from_its_day_on(project: Project) -> None:
    project.delay_ticket()
    run = project.dbt("build")
    assert project.said == ["rebuilding 2024-04-25 … 2024-05-09: 3 days changed (support_tickets)"]
    # the owner's tests expect the old numbers
    assert run.failed("fail") == ["assert_known_accounts"]
    # the owner's own exact model follows
    assert run.said_of("ticket_history") == ["rebuilding 6 days: 6 days changed (open_tickets)"]
    assert (project.open_tickets(DAILY), project.open_tickets("ticket_history")) == (1, 1)
    keys = {
        DAILY: ("customer_id", "date"),
        "customers_enriched": ("customer_id",),
        "ticket_history": ("customer_id", "date"),
    }
    incremental = {name: project.table(name) for name in keys}
    project.succeed("build", "--exclude-resource-type", "test", "--full-refresh")
    assert project.said == ["rebuilding every day: full refresh"]
    for name, key in keys.items():
        harness.assert_same_table(incremental[name], project.table(name), key)


# Configuration for all models: another strategy, and logins as a table.
CONFIGURED = """
models:
  +incremental_strategy: append
  customer_health:
    staging:
      +materialized: table
"""


@pytest.mark.long
def test_configuration_for_all_models_breaks_none_of_ours(project: Project) -> None:
    project.delay_ticket()
    namesake = project.folder / "models" / "stg_customers.sql"
    namesake.write_text("select * from {{ ref('customers') }}", encoding="utf-8")
    project.edit("dbt_project.yml", "flags:\n", f"{CONFIGURED}\nflags:\n")
    project.edit("dbt_project.yml", "package_before_root: true", "package_before_root: false")
    taken = project.dbt("run").outcome.exception
    assert "ref('stg_customers') resolves to model.crm.stg_customers" in str(taken)
    project.edit("dbt_project.yml", "package_before_root: false", "package_before_root: true")
    run = project.succeed("build", "--exclude-resource-type", "test")
    assert project.said == ["rebuilding 2024-04-25 … 2024-05-09: 3 days changed (support_tickets)"]
    assert run.said_of("base_login_events") == ["rebuilding every day: materialized is table"]
    assert project.open_tickets(DAILY) == 1
    assert sum(row["num_logins"] for row in project.table(DAILY)) == 6
    assert len(project.table(DAILY)) == 286
    # a table of another materialization loses its fingerprints
    project.edit("dbt_project.yml", CONFIGURED, "")
    run = project.succeed("build", "--exclude-resource-type", "test")
    assert run.said_of("base_login_events") == [
        "rebuilding every day: no fingerprints of the last build"
    ]


def without_relations(**vars: object) -> tuple[str, str]:
    """The option that unsets the vars of the models, and sets others."""
    return "--vars", json.dumps(dict.fromkeys(RELATIONS) | vars)


def num_logins(project: Project) -> int:
    return sum(row["num_logins"] for row in project.table(DAILY))


def test_lineage_begins_with_the_owners_models(project: Project) -> None:
    parents = project.succeed("parse").outcome.result.parent_map
    inputs = {
        id.rpartition(".base_")[2]: [parent for parent in found if ".crm." in parent]
        for id, found in parents.items()
        if id.startswith("model.customer_health") and any(".crm." in parent for parent in found)
    }
    assert inputs == {
        "customers": ["seed.crm.customers"],
        "subscriptions": ["seed.crm.subscriptions"],
        "login_events": ["model.crm.logins_of_people"],
        "support_tickets": ["seed.crm.support_tickets"],
    }
    made_by_dbt = "source.customer_health.dbt_runs.build_results"
    assert [id for id in parents if id.startswith("source.")] == [made_by_dbt]


@pytest.mark.long
def test_an_owners_model_is_checked_when_it_has_been_built(project: Project) -> None:
    before = num_logins(project)
    project.edit("models/logins_of_people.sql", "    occurred_at\n", "    occurred_at as at\n")
    relation = '"warehouse"."analytics"."logins_of_people"'
    missing = f"{relation} has no column occurred_at; it has user_id, customer_id, user_type, at. "
    run = project.dbt("build", "--exclude-resource-type", "test")
    assert run.failed("error") == ["base_login_events"]
    assert any(missing in line for line in run.findings)
    assert num_logins(project) == before
    # building only ours is an error before anything is written
    run = project.dbt("run", "--select", "package:customer_health")
    assert not run.nodes
    assert missing in str(run.outcome.exception)
    names = "column_map:\n      customers: {acquisition_date: Signed Up}\n      login_events: "
    project.edit(
        "dbt_project.yml",
        f"{names}{{login_timestamp: occurred_at}}",
        f"{names}{{login_timestamp: at}}",
    )
    project.edit("models/logins_of_people.sql", "'monitor'", "'U1' and user_id <> 'monitor'")
    project.succeed("build", "--exclude-resource-type", "test")
    assert num_logins(project) == before - 2
    project.edit("models/logins_of_people.sql", "where", "where false and")
    run = project.dbt("build", "--exclude-resource-type", "test")
    assert any(line.startswith(f"login_events: no rows in {relation}. ") for line in run.findings)


@pytest.mark.long
def test_a_build_without_rows_needs_none(project: Project) -> None:
    project.succeed("build", "--empty", "--exclude-resource-type", "test")
    assert project.table(DAILY) == []
    project.succeed("build")
    assert len(project.table(DAILY)) == 286


LOADED = """
sources:
  - name: loader
    schema: crm
    tables:
      - name: accounts
        identifier: customers
"""


@pytest.mark.long
def test_an_input_may_be_a_source_or_a_table_of_any_name(project: Project) -> None:
    (project.folder / "models" / "_sources.yml").write_text(LOADED, encoding="utf-8")
    with duckdb.connect(str(project.folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema \"the 'app'\"")
        name = '"the \'app\'"."x""; drop schema crm cascade; --"'
        connection.execute(f"create table {name} as from crm.login_events where user_id = 'U3'")
    # dbt renders what is in braces, our macro the rest
    project.edit("dbt_project.yml", "ref('customers')", "\"{{ source('loader', 'accounts') }}\"")
    project.edit("dbt_project.yml", "ref('subscriptions')", "crm.subscriptions")
    project.edit("dbt_project.yml", "ref('logins_of_people')", json.dumps(name))
    # no help desk
    tickets = "    support_tickets_relation: ref('support_tickets')\n"
    project.edit("dbt_project.yml", tickets, "    empty_inputs: [support_tickets]\n")
    untested = ("--exclude-resource-type", "test")
    run = project.succeed("build", "--select", "source:loader+", *untested)
    assert {"base_customers", "customers_enriched"} <= {entry.node.name for entry in run.nodes}
    project.edit(
        "dbt_project.yml",
        "\"{{ source('loader', 'accounts') }}\"",
        "source('loader', \"accounts\")",
    )
    project.succeed("run")
    assert num_logins(project) == 2
    assert sum(row["total_tickets_to_date"] for row in project.table(DAILY)) == 0
    assert {row["total_arr"] for row in project.table("customers_enriched")} == {900, 1200, 2400}
    origins = harness.read_table(
        project.folder / "warehouse.duckdb", "int_input_volumes", "intermediate"
    )
    assert {row["source_table"]: row["origin"] for row in origins} == {
        "customers": "source.crm.loader.accounts",
        "subscriptions": "subscriptions_relation",
        "login_events": "login_events_relation",
        "support_tickets": "none",
    }
    for text, message in (
        ("crm.subs; drop table x", "there is no table warehouse.crm.subs; drop table x."),
        ("subs", "there is no table warehouse.analytics.subs."),
        ("(select 1)", "there is no table warehouse.analytics.(select 1)."),
        ("a.b.c.d", "'a.b.c.d' is not a table; expected a ref, a source or the name of"),
        ('a"b', "'a\"b' is not a table; "),
        ("", "'' is not a table; "),
        (5, "there is no table warehouse.analytics.5."),
    ):
        vars = json.dumps({"subscriptions_relation": text})
        failed = project.dbt("run", "--vars", vars).outcome.exception
        assert f"subscriptions_relation: {message}" in str(failed)


def test_an_input_may_not_be_ephemeral(project: Project) -> None:
    path = project.folder / "models" / "logins_of_people.sql"
    path.write_text("{{ config(materialized='ephemeral') }}\n" + path.read_text(encoding="utf-8"))
    failed = project.dbt("run").outcome.exception
    assert "logins_of_people" in str(failed)
    assert "ephemeral" in str(failed)


@pytest.mark.long
def test_every_input_needs_a_place(project: Project) -> None:
    project.edit("dbt_project.yml", "    subscriptions_relation: ref('subscriptions')\n", "")
    line = "subscriptions: no input; set subscriptions_relation, data_dir or source_schema."
    assert line in str(project.dbt("build").outcome.exception)
    # a schema has the rest
    project.succeed("build", "--vars", "{source_schema: crm}")
    assert project.said == ["nothing changed"]
    relation = "    customers_relation: ref('customers')\n"
    project.edit("dbt_project.yml", relation, "")
    line = (
        "login_events_relation needs customers_relation, data_dir or source_schema; otherwise "
        "the other inputs would be the seeds."
    )
    assert line in str(project.dbt("build", "--vars", "{column_map: {}}").outcome.exception)


@pytest.mark.long
def test_inputs_may_be_the_tables_of_a_schema(project: Project) -> None:
    options = (*without_relations(source_schema="crm"), "--exclude-resource-type", "test")
    run = project.succeed("build", "--select", "source:customer_health+", *options)
    assert DAILY in {entry.node.name for entry in run.nodes}
    # with logins of monitoring
    assert num_logins(project) == 8
    options = without_relations(source_schema="nowhere")
    failed = project.dbt("run", *options).outcome.exception
    assert "source_schema: there is no table warehouse.nowhere.customers." in str(failed)
