"""How the time of a build on Spark grows with the number of customers.

Builds made-up inputs on the local Spark of profiles.yml, in a temporary folder, and prints seconds
of customer_daily_metrics and microseconds for each customer and day: of a full refresh, when
nothing changed, and of the last day alone. Needs `make setup-spark`:

    .venv-spark/bin/python scripts/measure_spark.py 1000 5000
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[1]
DAYS = 365
LAST_DAY = "2025-12-31"


def build(folder: Path, inputs: Path, *args: str, **vars: str) -> float:
    """Seconds that customer_daily_metrics took.  Raises RuntimeError when dbt fails."""
    options = ["--target", "spark", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    options += ["--target-path", str(folder), "--log-path", str(folder)]
    settings = json.dumps({"data_dir": str(inputs)} | vars)
    result = dbtRunner().invoke(["--quiet", "run", *args, *options, "--vars", settings])
    if not result.success:
        raise RuntimeError("dbt failed; it has said why")
    (seconds,) = (
        entry.execution_time
        for entry in result.result.results
        if entry.node.name == "customer_daily_metrics"
    )
    return seconds


def main(sizes: list[int]) -> None:
    """Prints a line for each number of customers and kind of build."""
    print(f"{'customers':>10}  {'build':<16}{'days of customers':>18}{'seconds':>9}{'µs each':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["SPARK_WAREHOUSE"] = str(folder / "warehouse")
        os.environ.setdefault("SPARK_DRIVER_MEMORY", "8g")
        for number, customers in enumerate([100, *sizes]):
            inputs = folder / f"inputs_{customers}"
            generate = [sys.executable, str(ROOT / "scripts" / "generate_data.py")]
            generate += ["--customers", str(customers), "--days", str(DAYS)]
            generate += ["--end-date", LAST_DAY, "--format", "parquet", "--out", str(inputs)]
            subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            seconds = {
                "full refresh": build(folder, inputs, "--full-refresh"),
                "nothing changed": build(folder, inputs),
                "last day": build(folder, inputs, rebuild_from=LAST_DAY),
            }
            rows = SparkSession.builder.getOrCreate().table("main.customer_daily_metrics").count()
            # the first, small one only warms up
            for name, taken in seconds.items() if number else ():
                each = 1e6 * taken / rows
                print(f"{customers:>10,}  {name:<16}{rows:>18,}{taken:>9.1f}{each:>9.1f}")
        size = sum(
            file.stat().st_size
            for file in (folder / "warehouse").rglob("customer_daily_metrics/**/*.parquet")
        )
        print(f"{size / rows:.0f} bytes of Parquet for a day of a customer")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 5000])
