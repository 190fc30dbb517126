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

ROOT = Path(__file__).resolve().parents[1]
DAYS = 365


def build(folder: Path, *args: str, **vars: str) -> tuple[float, int]:
    """Seconds that the daily model took, and rows that int_customer_spans says it has.

    Raises subprocess.CalledProcessError when dbt fails.
    """
    environment = os.environ | {
        "SPARK_WAREHOUSE": str(folder / "warehouse"),
        "SPARK_DRIVER_MEMORY": os.environ.get("SPARK_DRIVER_MEMORY", "8g"),
    }
    options = ["--target", "spark", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    options += ["--target-path", str(folder), "--log-path", str(folder)]
    dbt = str(ROOT / ".venv-spark" / "bin" / "dbt")
    settings = json.dumps({"data_dir": str(folder / "inputs")} | vars)

    def run(*command: str) -> str:
        done = subprocess.run(
            [dbt, "--quiet", *command, *options, "--vars", settings],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return done.stdout

    run("run", *args)
    results = json.loads((folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    (seconds,) = (
        result["execution_time"]
        for result in results
        if result["unique_id"] == "model.customer_health.customer_daily_metrics"
    )
    count = "select count(*) as n from {{ ref('customer_daily_metrics') }}"
    shown = run("show", "--inline", count, "--output", "json")
    return seconds, json.loads(shown[shown.index("{") :])["show"][0]["n"]


def main(sizes: list[int]) -> None:
    """Prints one line for each number of customers and kind of build."""
    print(f"{'customers':>10} {'build':<16} {'rows':>10} {'seconds':>8} {'µs/row':>8}")
    for customers in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            generate = [sys.executable, str(ROOT / "scripts" / "generate_data.py")]
            generate += ["--customers", str(customers), "--days", str(DAYS)]
            generate += ["--format", "parquet", "--out", str(folder / "inputs")]
            subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            for name, settings in (
                ("full refresh", {}),
                ("nothing changed", {}),
                ("last day again", {"rebuild_from": "2025-12-31"}),
            ):
                seconds, rows = build(folder, **settings)
                each = 1e6 * seconds / rows
                print(
                    f"{customers:>10,} {name:<16} {rows:>10,} {seconds:>8.1f} {each:>8.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 5000])
