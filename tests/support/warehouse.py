"""A database and its inputs, built by one dbt command after the other."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import harness
import input_files
from harness import Dbt, Run

LOGINS = "base_login_events"

TABLES = ("customer_daily_metrics", "customers_enriched")

DAILY = "customer_daily_metrics"


class Warehouse:
    """A DuckDB file, the inputs that it is built from, and two targets in it: duckdb and other."""

    def __init__(self, runs: Dbt, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "customer_health.duckdb"
        self.inputs = folder / "inputs"
        self.world = input_files.read_csv(harness.HANDMADE)
        self.runs = runs
        self.said: list[str] = []
        self.cleaned: list[str] = []
        self.write_inputs()

    def write_inputs(self) -> None:
        shutil.rmtree(self.inputs, ignore_errors=True)
        input_files.write_csv(self.world, self.inputs)

    def add_login(self, day: str, customer_id: str) -> None:
        self.world["login_events"].append(
            {
                "user_id": "late",
                "customer_id": customer_id,
                "user_type": "admin",
                "login_timestamp": f"{day} 12:00:00",
            }
        )
        self.write_inputs()

    def dbt(self, *args: str, db: Path | None = None, **vars: object) -> Run:
        """Runs a dbt command; ``said`` is what the daily table then said about its rebuild.

        ``cleaned`` is what the table of cleaned logins said.
        """
        vars = {"data_dir": str(self.inputs)} | vars
        run = self.runs(*args, db=db or self.db, check=False, artifacts=True, **vars)
        self.said, self.cleaned = run.said_of(DAILY), run.said_of(LOGINS)
        return run

    def of(self, project: Path) -> None:
        """From now on, dbt runs this project, as it is now.

        All of it is parsed: dbt keeps a column that an earlier project had in a yml.
        """
        for parsed in self.folder.rglob("partial_parse.msgpack"):
            parsed.unlink()
        self.runs = self.runs.of(project, self.folder).with_profiles(self.folder)

    def run(self, *args: str, **vars: object) -> str:
        """As ``dbt``, for a command that must succeed and reach the daily table."""
        result = self.dbt(*args, **vars)
        assert result.success, result.errors
        (said,) = self.said
        return said

    def assert_equals_full_refresh(self, schema: str = "main", **vars: object) -> None:
        fresh = self.folder / "fresh" / self.db.name
        fresh.parent.mkdir(exist_ok=True)
        fresh.unlink(missing_ok=True)
        assert self.dbt("run", db=fresh, **vars).success
        for table, key in zip(TABLES, (("customer_id", "date"), "customer_id"), strict=True):
            expected = harness.read_table(fresh, table)
            harness.assert_same_table(harness.read_table(self.db, table, schema), expected, key)
        logins, expected_logins = (
            Counter(tuple(row.values()) for row in harness.read_table(db, LOGINS, of_target))
            for db, of_target in ((self.db, f"{schema}_staging"), (fresh, "main_staging"))
        )
        assert logins == expected_logins

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.db)) as connection:
            return connection.execute(sql).fetchall()


def customer(warehouse: Warehouse) -> str:
    """The customer with the longest history."""
    return warehouse.query(f"select customer_id from {DAILY} group by 1 order by count(*) desc, 1")[
        0
    ][0]


def middle_day(warehouse: Warehouse) -> str:
    return str(warehouse.query(f"select median(date)::date from {DAILY}")[0][0])


def add_late_login(warehouse: Warehouse) -> str:
    """Returns its day."""
    day = middle_day(warehouse)
    warehouse.add_login(day, customer(warehouse))
    return day
