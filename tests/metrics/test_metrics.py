"""What `mf query` answers, against plain SQL over the final tables."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import harness
import pytest
from click.testing import CliRunner, Result
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.main import query, validate_configs
from harness import Dbt
from questions import GROSS_CHURN, MONTH, NET_REVENUE_RETENTION, QUESTIONS, RATES, Question


@dataclass(frozen=True)
class Asked:
    """The built project, as the `mf` command sees it, and its tables beside it."""

    configuration: CLIConfiguration
    tables: Path
    folder: Path

    def mf(self, question: Question) -> list[list[str]]:
        """The rows that `mf query` writes, as texts."""
        file = self.folder / "answer.csv"
        file.unlink(missing_ok=True)
        options = ["--metrics", question.metrics, "--csv", str(file), "--quiet"]
        options += ["--group-by", question.group_by] if question.group_by else []
        options += ["--where", question.where] if question.where else []
        self.run(query, *options)
        with file.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        # mf has its own column order
        columns = [*question.groups, *question.metrics.split(",")]
        assert rows[0].keys() == set(columns)
        return [[row[column] for column in columns] for row in rows]

    def run(self, command: object, *options: str) -> Result:
        result = CliRunner().invoke(command, options, obj=self.configuration)
        assert result.exit_code == 0, result.output
        return result

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.tables), read_only=True) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def asked(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("metrics")
    # mf looks for the semantic manifest in the target folder of the project
    project = harness.copy_project(folder / "project")
    db, tables = folder / "built.duckdb", folder / "tables.duckdb"
    # a last month that is not over
    vars = {"as_of_date": "2025-12-10"}
    for command in ("seed", "run"):
        dbt.of(project, project)(command, db=db, artifacts=True, **vars)
    shutil.copy(db, tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUCKDB_PATH", str(db))
        patch.chdir(project)
        configuration = CLIConfiguration()
        configuration.setup(configure_file_logging=False)
        yield Asked(configuration, tables, folder)
        configuration.sql_client.close()
        harness.close_dbt_connections()


def _compared(rows: list[tuple[object, ...]] | list[list[str]], groups: int) -> list[list[object]]:
    """Sorted rows: days as texts, the text of a null empty, as in a CSV file, and numbers."""
    found = [
        [
            *("" if cell is None else str(cell).removesuffix(" 00:00:00") for cell in row[:groups]),
            *(None if cell in (None, "") else float(cell) for cell in row[groups:]),
        ]
        for row in rows
    ]
    return sorted(found, key=lambda row: row[:groups])


@pytest.mark.parametrize("name", QUESTIONS)
def test_metricflow_matches_sql(name: str, asked: Asked) -> None:
    question = QUESTIONS[name]
    groups = len(question.groups)
    actual = _compared(asked.mf(question), groups)
    expected = _compared(asked.sql(question.sql), groups)
    assert len(expected) >= (4 if groups else 1)
    # sums and means in floating point depend on the order of the rows
    close = [
        [pytest.approx(cell, rel=1e-12) if isinstance(cell, float) else cell for cell in row]
        for row in expected
    ]
    assert actual == close


def test_every_metric_is_queried(asked: Asked) -> None:
    metrics = {metric.name for metric in asked.configuration.semantic_manifest.metrics}
    assert metrics == {name for q in QUESTIONS.values() for name in q.metrics.split(",")}


def test_answers_of_the_seeds_are_not_trivial(asked: Asked) -> None:
    """Otherwise equal answers would prove little."""
    rows = asked.sql(
        f"with {RATES} select {NET_REVENUE_RETENTION}, {GROSS_CHURN} from pairs group by month"
    )
    retention, churn = zip(*rows, strict=True)
    assert None in retention
    known = [rate for rate in retention if rate is not None]
    assert min(known) < 100 < max(known)
    assert max(rate for rate in churn if rate is not None) > 1


def test_the_month_that_is_not_over_has_states_and_no_rates(asked: Asked) -> None:
    question = Question("arr,monthly_net_revenue_retention,monthly_gross_churn", MONTH, "")
    *_, last = _compared(asked.mf(question), 1)
    (arr,) = asked.sql("select sum(total_arr) from customers_enriched")[0]
    assert last == ["2025-12-01", float(arr), None, None]


def test_mf_validates_the_definitions(asked: Asked) -> None:
    assert asked.run(validate_configs, "--show-all").output == ""
