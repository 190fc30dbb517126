"""One project on Spark and on DuckDB, and whether they made the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import harness
from harness import Dbt, Run
from pyspark.sql import SparkSession
from small_spark import SCHEMA, statements_for

TODAY = datetime.now(UTC).date()

KEYS = {**harness.KEYS, "time_spine": ("date",)}

ONLY_INPUTS = ("--select", "staging", "rejected_records")

STAGED = ("stg_customers", "stg_subscriptions", "stg_login_events", "stg_support_tickets")

# The same type as each engine calls it.
TYPES = {
    "VARCHAR": "string",
    "INTEGER": "int",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "BOOLEAN": "boolean",
    "DECIMAL(18,2)": "decimal(18,2)",
    "DECIMAL(18,6)": "decimal(18,6)",
    "DECIMAL(9,6)": "decimal(9,6)",
}


@dataclass
class Both:
    """One project on both engines."""

    dbt: Dbt
    folder: Path
    spark: SparkSession
    data_dir: str | None = None

    @property
    def db(self) -> Path:
        return self.folder / "customer_health.duckdb"

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    def on(self, target: str, *args: str, **vars: object) -> Run:
        """Runs a dbt command.  Raises DbtFailed."""
        if self.data_dir is not None and target == "spark":
            for statement in statements_for(self.dbt, self.inputs, **vars):
                self.spark.sql(statement)
            vars["source_schema"] = SCHEMA
        elif self.data_dir is not None:
            vars["data_dir"] = self.data_dir
        return self.dbt(*args, "--target", target, db=self.db, **vars)

    def build(self, **vars: object) -> str:
        """Builds on both; what both said of customer_daily_metrics, which has to be the same."""
        duckdb_said, spark_said = (
            self.on(target, "run", **vars).said_of("customer_daily_metrics")
            for target in ("duckdb", "spark")
        )
        assert spark_said == duckdb_said
        return spark_said[0]

    def rows(self, table: str, schema: str = "main") -> tuple[list[harness.Row], list[harness.Row]]:
        """What DuckDB and Spark have, with columns of the same names, order and types."""
        expected = harness.read_table(self.db, table, schema)
        with duckdb.connect(str(self.db), read_only=True) as connection:
            types = connection.sql(f"describe {schema}.{table}").fetchall()
        frame = self.spark.table(f"{schema}.{table}").select([name for name, *_ in types])
        found = dict(frame.dtypes)
        if schema == "main":
            assert found == {name: TYPES[kind] for name, kind, *_ in types}
        return expected, [row.asDict() for row in frame.collect()]

    def num_versions(self, store: str) -> int:
        """How many versions one of the tables with the rows of customer_daily_metrics has."""
        table = f"main.customer_daily_metrics__rows_{store}"
        return self.spark.sql(f"show partitions {table}").count()

    def assert_same(self) -> None:
        self.assert_same_rejections()
        for table, key in KEYS.items():
            expected, actual = self.rows(table)
            harness.assert_same_table(actual, expected, key)

    def assert_same_inputs(self, without: str | None = None) -> None:
        """The accepted rows and the rejected ones; none of the table ``without``."""
        self.assert_same_rejections()
        for table in STAGED:
            expected, actual = (
                Counter(tuple(row.items()) for row in rows)
                for rows in self.rows(table, "main_staging")
            )
            assert actual == expected, table
            assert bool(expected) == (table != without), table

    def assert_same_rejections(self) -> None:
        """The same rows, whose records are the same text; only numbers may be written otherwise."""

        def counted(rows: Iterable[harness.Row]) -> Counter[tuple[object, ...]]:
            return Counter(
                (
                    *(row["source_table"], row["reason"], row["record_key"]),
                    _content(row["record"]),
                )
                for row in rows
            )

        expected, actual = (counted(rows) for rows in self.rows("rejected_records"))
        assert actual == expected


def _content(record: str) -> str:
    def number(text: str) -> Decimal:
        return Decimal(text).normalize()

    return repr(json.loads(record, parse_float=number, object_pairs_hook=list))
