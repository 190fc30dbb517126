"""What `mf query` answers, against plain SQL over the final tables."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import harness
import pytest
from click.testing import CliRunner, Result
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.main import query, validate_configs
from harness import Dbt

MONTH = "metric_time__month"
LAST_DAY = "(select max(date) from customer_daily_metrics)"
# The last day of each month that has days, which is not the end of the month for the last one.
MONTHS = """
    months as (
        select date_trunc('month', date) as month, max(date) as last_day
        from customer_daily_metrics
        group by month
    ),
    month_rows as (
        select months.month, customers.region, customers.industry, days.*
        from months
        inner join customer_daily_metrics as days on days.date = months.last_day
        inner join customers_enriched as customers using (customer_id)
    )
"""
# Each customer's ARR at the end of a month that is over, and at the end of the one before.
RATES = """
    pairs as (
        select
            date_trunc('month', ends.date) as month,
            customers.region,
            coalesce(starts.total_arr, 0) as at_start,
            ends.total_arr as at_end
        from customer_daily_metrics as ends
        inner join customers_enriched as customers using (customer_id)
        left join customer_daily_metrics as starts
            on starts.customer_id = ends.customer_id
            and starts.date = date_trunc('month', ends.date) - interval 1 day
        where ends.date + 1 = date_trunc('month', ends.date + 1)
    )
"""
# The same a year apart, at the end of the last month of each period that is over.
YEARS = """
    ends as (
        select date_trunc('{period}', date) as period, max(date) as last_day
        from customer_daily_metrics
        where date + 1 = date_trunc('month', date + 1)
        group by period
    ),
    pairs as (
        select
            ends.period,
            customers.region,
            coalesce(starts.total_arr, 0) as at_start,
            days.total_arr as at_end
        from ends
        inner join customer_daily_metrics as days on days.date = ends.last_day
        inner join customers_enriched as customers using (customer_id)
        left join customer_daily_metrics as starts
            on starts.customer_id = days.customer_id
            and starts.date = (ends.last_day + 1 - interval 12 months)::date - 1
    )
"""
ANNUAL = "annual_net_revenue_retention,annual_gross_churn,annual_customer_churn"
NET_REVENUE_RETENTION = """
    100 * (sum(case when at_start > 0 then at_end end) / nullif(sum(at_start), 0))::double
"""
GROSS_CHURN = """
    100 * (sum(greatest(at_start - at_end, 0)) / nullif(sum(at_start), 0))::double
"""
CUSTOMER_CHURN = """
    100.0 * count(case when at_start > 0 and at_end = 0 then 1 end)
    / nullif(count(case when at_start > 0 then 1 end), 0)
"""
# Each customer's ARR at a month end, and 90 days later.
OUTCOMES = """
    outcomes as (
        select
            date_trunc('month', ends.date) as month,
            customers.region,
            later.total_arr as arr_after
        from customer_daily_metrics as ends
        inner join customers_enriched as customers using (customer_id)
        inner join customer_daily_metrics as later
            on later.customer_id = ends.customer_id and later.date = ends.date + 90
        where ends.date + 1 = date_trunc('month', ends.date + 1) and ends.total_arr > 0
    )
"""
CHURN_AFTER_MONTH_END = """
    count(*), count(case when arr_after = 0 then 1 end),
    100.0 * count(case when arr_after = 0 then 1 end) / count(*)
"""


class Question(NamedTuple):
    """A query for MetricFlow, and the same in SQL: the groups, then the metrics."""

    metrics: str
    group_by: str
    sql: str
    where: str | None = None

    @property
    def groups(self) -> list[str]:
        """The columns of the groups; none for a question about everything."""
        return self.group_by.split(",") if self.group_by else []


STATES = "customers,paying_customers,arr,mrr,arr_at_risk,active_users,open_tickets,old_tickets"
STATES_IN_SQL = """
    count(*), count(case when total_arr > 0 then 1 end), sum(total_arr), sum(total_mrr),
    coalesce(sum(case when customer_risk_score_raw >= 100 then total_arr end), 0),
    sum(num_unique_users_last_3m), sum(open_tickets), sum(tickets_open_14plus_days),
    avg(customer_risk_score::double)
"""
QUESTIONS = {
    "states at the end of each month": Question(
        f"{STATES},average_risk",
        MONTH,
        f"with {MONTHS} select month, {STATES_IN_SQL} from month_rows group by month",
    ),
    "states of each day": Question(
        f"{STATES},average_risk",
        "metric_time__day",
        f"select date, {STATES_IN_SQL} from customer_daily_metrics group by date",
    ),
    # customers_enriched is the last day
    "states without a period are those of the last day": Question(
        f"{STATES},average_risk",
        "",
        f"select {STATES_IN_SQL} from customers_enriched where last_metrics_date = {LAST_DAY}",
    ),
    "states by region and year": Question(
        STATES,
        "metric_time__year,customer__region",
        f"""
        with {MONTHS}
        select date_trunc('year', month), region,
            count(*), count(case when total_arr > 0 then 1 end), sum(total_arr), sum(total_mrr),
            sum(case when customer_risk_score_raw >= 100 then total_arr else 0 end),
            sum(num_unique_users_last_3m), sum(open_tickets), sum(tickets_open_14plus_days)
        from month_rows where month(date) = 12 group by all
        """,
    ),
    "a filter moves no last day": Question(
        "arr,customers",
        MONTH,
        f"""
        with {MONTHS}
        select month, sum(total_arr), count(*) from month_rows
        where customer_id in (select customer_id from customers_enriched where is_logins_declining)
        group by month
        """,
        where="{{ Dimension('customer__is_logins_declining') }} = true",
    ),
    "events of each month": Question(
        "logins,new_customers",
        MONTH,
        """
        with acquired as (
            select date_trunc('month', acquisition_date) as month, count(*) as num
            from customers_enriched group by month
        )
        select date_trunc('month', date) as month, sum(num_logins), any_value(acquired.num)
        from customer_daily_metrics
        left join acquired on acquired.month = date_trunc('month', date)
        group by all
        """,
    ),
    "changes of ARR in each month": Question(
        "arr_at_start,new_arr,expansion_arr,contraction_arr,lost_arr,customers_at_start,lost_customers",
        MONTH,
        f"""
        with {RATES}
        select month,
            sum(at_start),
            sum(case when at_start = 0 then at_end else 0 end),
            sum(case when at_start > 0 and at_end > at_start then at_end - at_start else 0 end),
            sum(case when at_end > 0 and at_end < at_start then at_start - at_end else 0 end),
            sum(case when at_end = 0 then at_start else 0 end),
            count(case when at_start > 0 then 1 end),
            count(case when at_start > 0 and at_end = 0 then 1 end)
        from pairs group by month
        """,
    ),
    "rates of each month": Question(
        "monthly_net_revenue_retention,monthly_gross_churn,monthly_customer_churn",
        MONTH,
        f"""
        with {RATES}
        select month, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by month
        """,
    ),
    "rates of twelve months up to each month end": Question(
        ANNUAL,
        MONTH,
        f"""
        with {YEARS.format(period="month")}
        select period, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by period
        """,
    ),
    "what the rates of twelve months are made of": Question(
        "arr_a_year_before,retained_arr,arr_lost_in_a_year,customers_a_year_before,"
        "customers_lost_in_a_year",
        MONTH,
        f"""
        with {YEARS.format(period="month")}
        select period, sum(at_start)::double,
            sum(case when at_start > 0 then at_end else 0 end)::double,
            sum(greatest(at_start - at_end, 0))::double, count(case when at_start > 0 then 1 end),
            count(case when at_start > 0 and at_end = 0 then 1 end)
        from pairs group by period
        """,
    ),
    "rates of twelve months by quarter and region are those up to its end": Question(
        ANNUAL,
        "metric_time__quarter,customer__region",
        f"""
        with {YEARS.format(period="quarter")}
        select period, region, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by all
        """,
    ),
    "what became of the customers of each month end": Question(
        "outcomes,churned_outcomes,churn_after_month_end",
        MONTH,
        f"""
        with {OUTCOMES}
        select month, {CHURN_AFTER_MONTH_END} from outcomes group by month
        """,
    ),
    "what became of the customers of each region": Question(
        "outcomes,churned_outcomes,churn_after_month_end",
        "customer__region",
        f"""
        with {OUTCOMES}
        select region, {CHURN_AFTER_MONTH_END} from outcomes group by region
        """,
    ),
    "rates of each quarter and region are those of the mean month": Question(
        "monthly_net_revenue_retention,monthly_gross_churn,monthly_customer_churn",
        "metric_time__quarter,customer__region",
        f"""
        with {RATES}
        select date_trunc('quarter', month), region,
            {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by all
        """,
    ),
}


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
