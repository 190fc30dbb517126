"""Two builds on Spark in a process that test_kills.py kills.

Prints what readers see after the last kill, builds INPUTS_NOW and prints what they see then, and
starts building INPUTS_NEXT while a thread keeps reading. Each line of the output is a JSON object.

    python killed_build.py FOLDER INPUTS_NOW INPUTS_NEXT [OPTION of dbt ...]

Inputs are named after the file in FOLDER, NAME.json, that has the statements which make their
tables.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from harness import Dbt
from pyspark.sql import SparkSession
from small_spark import INTERPRETED, SCHEMA

# An atomic table, an incremental one by changed days, one by following days, one built on those.
TABLES = (
    "main_staging.base_customers",
    "main_staging.base_login_events",
    "main.customer_daily_metrics",
    "main.customers_enriched",
)
SELECTED = [table.partition(".")[2] for table in TABLES]
# seconds between two reads, to leave the build some time
PAUSE = 0.3


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


class Project:
    """The project on the Spark of this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dbt = Dbt(folder / "dbt")

    def load(self, inputs: str) -> None:
        """Makes the tables of some inputs."""
        session = SparkSession.builder.getOrCreate()
        for statement in json.loads((self.folder / f"{inputs}.json").read_text(encoding="utf-8")):
            session.sql(statement)

    def run(self, *args: str) -> None:
        """Raises DbtFailed."""
        db = self.folder / "customer_health.duckdb"
        self.dbt("run", *args, "--target", "spark", db=db, source_schema=SCHEMA)

    def seen(self) -> dict[str, str]:
        """A count and hash of each table, read in a session of its own."""
        session = SparkSession.builder.getOrCreate().newSession()
        return {
            table: str(
                session.sql(
                    f"select count(*), sum(cast(xxhash64(*) as decimal(38, 0))) from {table}"
                ).collect()[0]
            )
            for table in TABLES
        }

    def shown(self) -> dict[str, str]:
        """The SQL of the view of each table."""
        session = SparkSession.builder.getOrCreate()
        rows = {table: session.sql(f"describe extended {table}").collect() for table in TABLES}
        return {
            table: next(row["data_type"] for row in found if row["col_name"] == "View Text")
            for table, found in rows.items()
        }

    def catalogued(self) -> list[str]:
        """The tables and views in the schemas."""
        session = SparkSession.builder.getOrCreate()
        return [
            f"{row['namespace']}.{row['tableName']}"
            for schema in sorted({table.partition(".")[0] for table in TABLES})
            for row in session.sql(f"show tables in {schema}").collect()
        ]

    def look_on(self) -> None:
        """Keeps printing what a reader sees."""
        session = SparkSession.builder.getOrCreate().newSession()
        while True:
            for table in TABLES:
                query = f"select count(*), sum(cast(xxhash64(*) as decimal(38, 0))) from {table}"
                say(read={table: str(session.sql(query).collect()[0])})
                time.sleep(PAUSE)


def main(folder: Path, now: str, following: str, options: Sequence[str]) -> None:
    """See above."""
    project = Project(folder)
    # dbt starts the session, with the settings of its profile
    project.dbt(
        *("run-operation", "describe_query", "--args", "{query: select 1}", "--target", "spark"),
        db=folder / "customer_health.duckdb",
    )
    session = SparkSession.builder.getOrCreate()
    for name, value in INTERPRETED.items():
        session.conf.set(name, value)
    project.load(now)
    if (folder / "built").exists():
        say(left=project.seen())
        project.run("--select", *SELECTED)
    else:
        project.run()
        (folder / "built").touch()
    say(built=project.seen())
    project.load(following)
    Thread(target=project.look_on, daemon=True).start()
    say(begun=following)
    start = time.monotonic()
    project.run("--select", *SELECTED, *options)
    seconds = time.monotonic() - start
    say(ended=following, seconds=seconds, seen=project.seen(), shown=project.shown())
    say(catalogued=project.catalogued())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
