"""Times builds on Spark: a full refresh, one new day, and nothing changed.

Builds three years of the benchmark's inputs on the local Spark of profiles.yml, in a temporary
folder, and prints seconds from the start of the first model to the end of the last one, the slowest
models, and files and bytes of the tables. Scales are those of dev/benchmark/bench.py. Needs
`make setup WITH=spark`:

    .venv-spark/bin/python dev/measure_spark.py 1k 5k
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "dev" / "benchmark"))
import bench  # noqa: E402

# As in the benchmark on DuckDB.
COMMAND = bench.COMMANDS["models"]
SHOWN = 4


def build(folder: Path, inputs: Path, *args: str) -> tuple[float, dict[str, float]]:
    """Seconds of all models, and of each.  Raises RuntimeError if dbt fails."""
    options = ["--target", "spark", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    options += ["--target-path", str(folder), "--log-path", str(folder)]
    settings = json.dumps({"data_dir": str(inputs)})
    result = dbtRunner().invoke(["--quiet", *COMMAND, *args, *options, "--vars", settings])
    if not result.success:
        raise RuntimeError("dbt failed; see its output")
    times: list[datetime] = []
    models = [entry for entry in result.result.results if entry.node.resource_type == "model"]
    for entry in models:
        for timing in entry.timing:
            times += [timing.started_at, timing.completed_at]
    each = {entry.node.name: entry.execution_time for entry in models}
    return (max(times) - min(times)).total_seconds(), each


def main(scales: list[str]) -> None:
    """Prints some lines for each number of customers."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["SPARK_WAREHOUSE"] = str(folder / "warehouse")
        os.environ.setdefault("SPARK_DRIVER_MEMORY", "8g")
        bench.WORK.mkdir(parents=True, exist_ok=True)
        for scale in scales:
            data = bench.generate(scale)
            # includes the start of Spark
            builds = {"first build": build(folder, bench.use(data, "yesterday"), "--full-refresh")}
            inputs = bench.use(data, "today")
            builds["new day"] = build(folder, inputs)
            builds["nothing changed"] = build(folder, inputs)
            builds["full refresh"] = build(folder, inputs, "--full-refresh")
            rows = SparkSession.builder.getOrCreate().table(f"main.{bench.DAILY}").count()
            print(f"\n{scale}: {bench.SCALES[scale]:,} customers, {rows:,} customer-days")
            full = builds["full refresh"][0]
            for name, (seconds, each) in builds.items():
                longest = sorted(each.items(), key=lambda entry: -entry[1])[:SHOWN]
                parts = ", ".join(f"{model} {taken:.1f}" for model, taken in longest)
                line = f"{name:<16}{seconds:>8.1f} s{seconds / full:>7.2f}"
                print(f"{line}{1e6 * seconds / rows:>8.1f} µs a customer-day   {parts}", flush=True)
            for table in (bench.DAILY, "base_login_events"):
                files = [*(folder / "warehouse").glob(f"*/{table}__rows_*/**/*.parquet")]
                size = sum(file.stat().st_size for file in files)
                print(
                    f"{table}: {len(files)} files, {size / 2**20:,.1f} MB with the previous version"
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ["1k", "5k"])
