"""integration_tests/, a project that this one is installed in, run as its owner would run it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import harness
import pytest
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from harness import Run

DAILY = "customer_daily_metrics"
# In the project, seeds stand in for what a loader brings, and dbt does not know that we read them.
BUILD = ("build", "--exclude-resource-type", "seed")


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
        self.succeed("seed")

    def table(self, name: str) -> list[harness.Row]:
        return harness.read_table(self.folder / "warehouse.duckdb", name, "analytics")

    def open_tickets(self, table: str) -> int:
        """Those of A2 on 25 April."""
        days = {(row["customer_id"], str(row["date"])): row for row in self.table(table)}
        return days["A2", "2024-04-25"]["open_tickets"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project after everything in it has been installed, loaded and built."""
    package = harness.copy_project(tmp_path_factory.mktemp("package") / "customer_health")
    folder = package / "integration_tests"
    made = shutil.ignore_patterns("dbt_packages", "package-lock.yml", "target", "logs", "*.duckdb")
    shutil.copytree(harness.ROOT / "integration_tests", folder, ignore=made)
    script = harness.ROOT / "scripts" / "install_packages.py"
    subprocess.run([sys.executable, script, "--offline", "--project", folder], check=True)
    project = Project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        missing = project.dbt(*BUILD).outcome.exception
        assert "there is no table warehouse.crm.customers" in str(missing)
        seeds = project.succeed("seed").nodes
        assert {run.node.package_name for run in seeds if run.node.resource_type == "seed"} == {
            "crm"
        }
        project.succeed(*BUILD)
    assert project.said == ["rebuilding every day: first build"]
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    folder = shutil.copytree(built, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(folder)
    return Project(folder)


def test_a_second_build_changes_nothing(project: Project) -> None:
    runs = project.succeed(*BUILD).nodes
    assert project.said == ["nothing changed"]
    tests = [run.node for run in runs if run.node.resource_type in ("test", "unit_test")]
    of_daily = [
        test
        for test in tests
        if getattr(test, "attached_node", None) == f"model.customer_health.{DAILY}"
    ]
    # all days have been tested, and the tests of the user's own models are none of our business
    untested = {test.name for test in tests if "9999-12-31" in test.compiled_code}
    assert {test.name for test in of_daily} <= untested
    assert {test.package_name for test in tests if test.name in untested} == {"customer_health"}
    assert {test.resource_type for test in tests} == {"test"}
    assert any(test.package_name == "crm" for test in tests)


def test_a_changed_row_rebuilds_from_its_day_on(project: Project) -> None:
    project.delay_ticket()
    run = project.dbt(*BUILD)
    assert project.said == ["rebuilding 2024-04-25 … 2024-05-09: 3 days changed (support_tickets)"]
    # the numbers that the user expects are those of before
    assert run.failed("fail") == ["assert_known_accounts"]
    # an incremental model of the user's looks for new days only, as it says
    assert (project.open_tickets(DAILY), project.open_tickets("ticket_history")) == (1, 0)
    keys = {DAILY: ("customer_id", "date"), "customers_enriched": ("customer_id",)}
    incremental = {name: project.table(name) for name in keys}
    project.succeed(*BUILD, "test", "--full-refresh")
    assert project.said == ["rebuilding every day: full refresh"]
    assert project.open_tickets("ticket_history") == 1
    for name, key in keys.items():
        harness.assert_same_table(incremental[name], project.table(name), key)


# Logins that are a table cannot be cleaned by the day, nor can days be replaced by appending.
CONFIGURED = """
models:
  +incremental_strategy: append
  customer_health:
    staging:
      +materialized: table
"""


@pytest.mark.long
def test_what_the_user_has_for_all_models_breaks_none_of_ours(project: Project) -> None:
    project.delay_ticket()
    namesake = project.folder / "models" / "stg_customers.sql"
    namesake.write_text("select * from {{ ref('customers') }}", encoding="utf-8")
    project.edit("dbt_project.yml", "flags:\n", f"{CONFIGURED}\nflags:\n")
    taken = project.dbt("run").outcome.exception
    assert "would take model.crm.stg_customers for its own stg_customers" in str(taken)
    flag = "flags:\n  require_ref_searches_node_package_before_root: true\n"
    project.edit("dbt_project.yml", "flags:\n", flag)
    project.succeed("run")
    assert project.said == ["rebuilding every day: incremental_strategy is append"]
    assert project.open_tickets(DAILY) == 1
    assert sum(row["num_logins"] for row in project.table(DAILY)) == 6
    assert len(project.table(DAILY)) == 286
