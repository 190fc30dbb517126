"""examples/fivetran, run as in its README."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import harness
import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from harness import Run

EXAMPLE = harness.ROOT / "examples" / "fivetran"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line, comments=True)
    for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
INSTALL, GENERATE, BUILD, BUILD_WITH_HUBSPOT = COMMANDS
HUBSPOT = BUILD_WITH_HUBSPOT[2:]
FINAL_TABLES = {
    "customer_daily_metrics": ("customer_id", "date"),
    "customers_enriched": ("customer_id",),
}
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")


class Project:
    """A copy of the example; dbt has to be started in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "warehouse.duckdb"

    def dbt(self, *args: str) -> Run:
        events: list[EventMsg] = []
        try:
            return Run(dbtRunner(callbacks=[events.append]).invoke(["--quiet", *args]), events)
        finally:
            harness.close_dbt_connections()

    def succeed(self, *args: str) -> Run:
        run = self.dbt(*args)
        assert run.success, run.errors
        return run

    def execute(self, statement: str) -> None:
        with duckdb.connect(str(self.db)) as connection:
            connection.execute(statement)

    def table(self, name: str) -> list[harness.Row]:
        return harness.read_table(self.db, name, "analytics")

    def equals(self, seeds_db: Path) -> None:
        for name, key in FINAL_TABLES.items():
            harness.assert_same_table(self.table(name), harness.read_table(seeds_db, name), key)

    def rejections(self) -> Counter[tuple[str, str]]:
        rows = self.table("rejected_records")
        return Counter((row["source_table"], row["reason"]) for row in rows)


def run_python(command: list[str], folder: Path) -> None:
    assert command[0] == "python"
    subprocess.run([sys.executable, *command[1:]], cwd=folder, check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the example, in a copy of the package, with its packages and data."""
    package = harness.copy_project(tmp_path_factory.mktemp("example") / "customer_health")
    for extra in ("dev", "offline_packages"):
        shutil.copytree(harness.ROOT / extra, package / extra)
    folder = package / "examples" / "fivetran"
    ignored = shutil.ignore_patterns(
        "dbt_packages", "package-lock.yml", "target", "logs", "*.duckdb*"
    )
    shutil.copytree(EXAMPLE, folder, ignore=ignored)
    for command in (INSTALL, GENERATE):
        run_python(command, folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """With data, before the first build."""
    folder = shutil.copytree(made, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(folder)
    return Project(folder)


def test_the_readme_has_these_commands() -> None:
    assert [command[0] for command in COMMANDS] == ["python", "python", "dbt", "dbt"]
    assert (BUILD[1:], HUBSPOT[0]) == (["build"], "--vars")
    configured = yaml.safe_load((EXAMPLE / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    (block,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    told = yaml.safe_load(block)["vars"]["fivetran_example"]
    assert list(told) == list(configured["fivetran_example"])


@pytest.mark.long
def test_parsing_gives_no_warning(project: Project) -> None:
    project.succeed("--warn-error", "parse", "--no-partial-parse")
    project.succeed("--warn-error", "parse", "--no-partial-parse", *HUBSPOT)


@pytest.mark.long
def test_metrics_are_those_of_the_seeds(project: Project, seeds_db: Path) -> None:
    run = project.succeed(*BUILD[1:])
    assert run.failed("warn", "skipped") == []
    project.equals(seeds_db)
    # only what the README says is left out
    assert project.rejections() == {
        ("customers", "duplicate_key"): 2,
        ("login_events", "duplicate_event"): 21,
        ("support_tickets", "ignored_status"): 25,
    }
    # and the data have rows that may not count
    rows = harness.read_table(project.db, "subscription_history", "stripe")
    statuses = {"active", "trialing", "incomplete", "incomplete_expired", "unpaid", "canceled"}
    assert {row["status"] for row in rows} == statuses
    assert any(row["pause_collection_behavior"] for row in rows)
    assert not all(row["livemode"] for row in rows)
    prices = harness.read_table(project.db, "price", "stripe")
    assert {row["recurring_interval"] for row in prices} == {"day", "week", "month", "year"}
    tickets = harness.read_table(project.db, "ticket", "zendesk")
    assert {"deleted", "new", "closed", "solved"} - {row["status"] for row in tickets} == {"new"}


@pytest.mark.long
def test_metrics_are_those_of_the_seeds_with_hubspot(project: Project, seeds_db: Path) -> None:
    run = project.succeed(*BUILD_WITH_HUBSPOT[1:])
    assert run.failed("warn", "skipped") == []
    project.equals(seeds_db)
    models = {entry.node.name for entry in run.nodes}
    assert {"stg_hubspot__companies", "int_hubspot__tickets"} <= models
    assert not {"stg_stripe__customers", "int_zendesk__tickets"} & models


@pytest.mark.long
def test_two_currencies_stop_the_build(project: Project) -> None:
    # an unused price does not matter
    project.execute("insert into stripe.price (id, currency) values ('price_unused', 'gbp')")
    project.execute("update stripe.price set currency = 'eur' where id = 'price_00003'")
    run = project.dbt("build", *WITHOUT_TESTS)
    assert run.failed("error") == ["health_subscriptions"]
    assert "base_subscriptions" in run.failed("skipped")
    message = r"Stripe has subscriptions in more than one currency: eur \(\d+ items\), usd \(\d+"
    assert re.search(message, " ".join(run.findings))
    assert "customer_daily_metrics" in run.failed("skipped")


@pytest.mark.long
def test_an_id_without_a_match_is_a_warning(project: Project) -> None:
    missing = {"stripe": "cus_000034", "zendesk": "360054", "segment": "workspace-42"}
    for system, id in missing.items():
        project.execute(
            f"delete from crosswalk.customer_ids where system = '{system}' and source_id = '{id}'"
        )
    run = project.succeed("build", "--exclude-resource-type", "unit_test")
    assert run.failed("warn") == ["assert_crosswalk_knows_every_id"]
    rejections = project.rejections()
    unknown = {table: n for (table, reason), n in rejections.items() if reason[:7] == "unknown"}
    # without C0034, its rows in other systems have no customer
    assert unknown.keys() == {"subscriptions", "login_events", "support_tickets"}
    assert rejections["customers", "missing_key"] == 1
    told = {
        row["record_key"].split("|")[0]
        for row in project.table("rejected_records")
        if row["source_table"] == "subscriptions"
    }
    assert told == {"stripe:cus_000034"}
    line = (
        r"subscriptions: \d of \d+ rows rejected \(unknown_customer \d: customer_id '{}' \(\d\)\)"
    )
    assert any(re.fullmatch(line.format("stripe:cus_000034"), text) for text in run.messages)
    records = " ".join(row["record"] for row in project.table("rejected_records"))
    assert "zendesk:360054" in records
    assert "segment:workspace-42" in records


@pytest.mark.long
def test_a_setting_that_is_misspelt_is_named(project: Project) -> None:
    failed = project.dbt("parse", "--vars", "{help_desk: zendex}").outcome.exception
    assert "help_desk: 'zendex' is none of zendesk, hubspot." in str(failed)


@pytest.mark.long
@pytest.mark.parametrize(
    "context",
    ["", pytest.param("crm = hubspot\nhelp_desk = hubspot\n", marks=pytest.mark.exhaustive)],
)
def test_models_keep_our_style(project: Project, context: str) -> None:
    style = (harness.ROOT / ".sqlfluff").read_text(encoding="utf-8")
    header = "[sqlfluff:templater:dbt:context]"
    (project.folder / ".sqlfluff").write_text(f"{style}\n{header}\n{context}", encoding="utf-8")
    program = Path(sys.executable).with_name("sqlfluff")
    run = subprocess.run(
        [program, "lint", "--disable-progress-bar", "models", "tests"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
