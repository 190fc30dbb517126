"""Times builds on Spark: the first one, one new day, nothing changed, and a full refresh.

Builds three years of the benchmark's inputs on the local Spark of profiles.yml, in a temporary
folder, and prints seconds of the models, the slowest ones, and files and bytes of the tables.
Scales are those of bench.py. Needs `make setup WITH=spark`:

    .venv-spark/bin/python dev/benchmark/measure_spark.py 1k 5k
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import bench
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

# Each with the inputs of a day; the first one starts Spark.
BUILDS = {
    "first build": ("yesterday", "--full-refresh"),
    "new day": ("today",),
    "nothing changed": ("today",),
    "full refresh": ("today", "--full-refresh"),
}
SHOWN = 4


def build(folder: Path, inputs: Path, *args: str) -> tuple[float, dict[str, float]]:
    """Seconds of all models, and of each.  Raises RuntimeError if dbt fails."""
    options = ["--target", "spark", "--project-dir", str(bench.ROOT)]
    options += ["--profiles-dir", str(bench.ROOT)]
    options += ["--target-path", str(folder), "--log-path", str(folder)]
    options += ["--vars", json.dumps({"source_schema": "inputs"})]
    # dbt starts the session, with the settings of its profile, in this process and so once
    start = ["run-operation", "describe_query", "--args", "{query: select 1}"]
    dbtRunner().invoke(["--quiet", *start, *options])
    session = SparkSession.builder.getOrCreate()
    session.sql("create schema if not exists inputs")
    for table in bench.TABLES:
        session.sql(f"drop table if exists inputs.{table}")
        session.sql(f"create table inputs.{table} using parquet location '{inputs / table}'")
    if not dbtRunner().invoke(["--quiet", *bench.COMMANDS["models"], *args, *options]).success:
        raise RuntimeError("dbt failed; see its output")
    return bench.model_seconds(folder)


def main(scales: list[str]) -> None:
    """Prints a table, and the files of two tables, for each number of customers."""
    bench.WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["SPARK_WAREHOUSE"] = str(folder / "warehouse")
        os.environ.setdefault("SPARK_DRIVER_MEMORY", "8g")
        for scale in scales:
            data = bench.generate(scale)
            builds = {
                name: build(folder, bench.use(data, day), *args)
                for name, (day, *args) in BUILDS.items()
            }
            days = SparkSession.builder.getOrCreate().table(f"main.{bench.DAILY}").count()
            print(f"\n{scale}: {bench.SCALES[scale]:,} customers, {days:,} customer-days\n")
            rows = []
            for name, (seconds, each) in builds.items():
                longest = sorted(each, key=lambda model: -each[model])[:SHOWN]
                slowest = ", ".join(f"{model} {each[model]:.1f}" for model in longest)
                ratio = seconds / builds["full refresh"][0]
                micro = 1e6 * seconds / days
                rows.append([name, f"{seconds:.1f}", f"{ratio:.2f}", f"{micro:.1f}", slowest])
            header = ("build", "seconds", "÷ full", "µs per customer-day", "slowest models")
            print(bench.table(header, rows) + "\n", flush=True)
            for table in (bench.DAILY, "base_login_events"):
                files = [*(folder / "warehouse").glob(f"*/{table}__rows_*/**/*.parquet")]
                size = sum(file.stat().st_size for file in files) / 2**20
                print(f"{table}: {len(files)} files, {size:,.1f} MB with the previous version")


if __name__ == "__main__":
    main(sys.argv[1:] or ["1k", "5k"])
