"""A Spark that has a handful of rows and lives for some minutes: its settings, and its inputs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import oracle
from harness import Dbt
from input_files import sql_text

# Interpreting a plan beats compiling it, and planning once beats planning each stage anew.
INTERPRETED = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
}
# Java's optimizing compiler does not pay before the end; the cache is that of both compilers. On
# few cores, one thread collects garbage soonest.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
# Has the inputs as tables.
SCHEMA = "raw_data"


def statements_for(dbt: Dbt, inputs: Path, **vars: object) -> list[str]:
    """The SQL that makes tables in SCHEMA of the files in a folder, as DuckDB reads them.

    The rows are written to Parquet beside the folder, each time to new files, as Spark would not
    notice that old ones have changed.
    """
    between = "\n-- next table\n"
    calls = [f"{{{{ customer_health.raw_table('{table}') }}}}" for table in oracle.INPUT_COLUMNS]
    db = inputs.parent / "customer_health.duckdb"
    (node,) = dbt(
        "compile", "--inline", between.join(calls), db=db, **vars, data_dir=str(inputs)
    ).nodes
    folder = Path(tempfile.mkdtemp(prefix="tables-", dir=inputs.parent))
    statements = [f"create schema if not exists {SCHEMA}"]
    with duckdb.connect() as connection:
        queries = node.node.compiled_code.split(between)
        for table, query in zip(oracle.INPUT_COLUMNS, queries, strict=True):
            (folder / table).mkdir()
            file = sql_text(folder / table / "1.parquet")
            connection.execute(f"copy (select * from {query}) to {file}")
            statements += [
                f"drop table if exists {SCHEMA}.{table}",
                f"create table {SCHEMA}.{table} using parquet location {sql_text(folder / table)}",
            ]
    return statements
