"""A Spark session for all tests, and a project on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from both_engines import Both
from harness import Dbt
from pyspark.sql import SparkSession
from small_spark import INTERPRETED, JVM_OPTIONS, SCHEMA


@pytest.fixture(scope="session")
def spark(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The session that dbt works in, with tables and metastore in a folder of its own.

    dbt starts it, so that it is the one of profiles.yml.
    """
    warehouse = tmp_path_factory.mktemp("warehouse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_WAREHOUSE", str(warehouse))
        patch.setenv("JAVA_TOOL_OPTIONS", JVM_OPTIONS)
        models = "{with_first_day: [customer_daily_metrics]}"
        start = ("run-operation", "start_exact_days", "--args", models, "--target", "spark")
        dbt(*start, db=warehouse / "customer_health.duckdb")
        session = SparkSession.builder.getOrCreate()
        assert session.conf.get("spark.sql.warehouse.dir").endswith(str(warehouse))
        yield session
        session.stop()


@contextmanager
def interpreted(spark: SparkSession) -> Iterator[None]:
    """For a handful of rows."""
    usual = {name: spark.conf.get(name) for name in INTERPRETED}
    for name, value in INTERPRETED.items():
        spark.conf.set(name, value)
    yield
    for name, value in usual.items():
        spark.conf.set(name, value)


@pytest.fixture
def both(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> Iterator[Both]:
    """Both engines on the same rows, with nothing built: files on DuckDB, tables on Spark."""
    both = Both(dbt, tmp_path, spark, data_dir=str(tmp_path / "inputs"))
    for schema in ("main", "main_intermediate", "main_staging", SCHEMA):
        spark.sql(f"drop schema if exists {schema} cascade")
    with interpreted(spark):
        yield both
