"""Shows that a restructuring changed no number: builds the same inputs before and after it.

``snapshot FOLDER`` builds with the project as it is and keeps inputs, settings and databases;
``compare FOLDER`` builds the same again and compares every public table, cell for cell and by its
number of rows. The inputs are the seeds, random ones full of bad rows, and, with ``--customers``,
generated ones of that size over three years.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in ("tests/support", "apps", "dev"):
    sys.path.append(str(ROOT / folder))

import duckdb
import generate_data
import harness
import input_files
import oracle
import random_inputs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

BEFORE, AFTER = "before.duckdb", "after.duckdb"
VARS = "vars.json"
# What differs by the time or the order of a build.
UNCOMPARED = {"build_results"}


def random_cases(number: int) -> Iterator[tuple[Any, Any]]:
    """The same worlds and settings each time, as long as the strategies stay what they are."""
    drawn: list[tuple[Any, Any]] = []
    run_day = datetime.now(UTC).date()

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        world=random_inputs.worlds(), chosen=random_inputs.settings(run_day), _spread=st.integers()
    )
    def draw(world: Any, chosen: Any, _spread: int) -> None:
        drawn.append((random_inputs.spelled(world, chosen), chosen))

    draw()
    return iter(drawn)


def prepare(folder: Path, number: int, customers: int) -> None:
    """Writes the inputs and settings of each case into a folder of its own."""
    cases: dict[str, Mapping[str, object]] = {"seeds": {}}
    for place, (world, chosen) in enumerate(random_cases(number)):
        if oracle.compute(world, chosen).has_nothing_to_build:
            continue
        name = f"random_{place:02d}"
        inputs = folder / name / "inputs"
        input_files.write_csv(world, inputs)
        cases[name] = {**harness.LENIENT, **harness.dbt_vars(chosen, inputs)}
    if customers:
        inputs = folder / "generated" / "inputs"
        arguments = ["--customers", str(customers), "--days", "1095", "--format", "parquet"]
        generate_data.main([*arguments, "--out", str(inputs)])
        cases["generated"] = {**harness.LENIENT, "data_dir": str(inputs)}
    for name, chosen in cases.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / VARS).write_text(json.dumps(chosen, default=float), encoding="utf-8")


def build(case: Path, file: Path, dbt: harness.Dbt) -> None:
    """Builds a case into a file, without tests."""
    chosen = json.loads((case / VARS).read_text(encoding="utf-8"))
    dbt("build", "--exclude-resource-type", "test", "unit_test", db=file, **chosen)
    print(".", end="", flush=True)


def columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """The columns of each table and view in the schema main."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_catalog = ? and table_schema = 'main' order by ordinal_position",
        [database],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def differences(case: Path, after: Path, renamed: Mapping[str, str]) -> list[str]:
    """A line for each public table that lost a column or a row, or has another cell.

    ``renamed`` has the new name of a table or a ``table.column`` by its old one.
    """
    found = []
    with harness.attached(before=case / BEFORE, after=after) as connection:
        new = columns(connection, "after")
        for table, names in columns(connection, "before").items():
            if table in UNCOMPARED or table.endswith(("_fingerprints", "_first_day_to_build")):
                continue
            to = renamed.get(table, table)
            targets = [renamed.get(f"{table}.{name}", name) for name in names]
            missing = [name for name in targets if name not in new.get(to, [])]
            if missing:
                found.append(f"{case.name}: {to} has no {', '.join(missing)}")
                continue
            old = f"select {', '.join(map(_quoted, names))} from before.main.{_quoted(table)}"
            now = f"select {', '.join(map(_quoted, targets))} from after.main.{_quoted(to)}"
            for one, other, what in ((old, now, "lost"), (now, old, "new")):
                [[rows]] = connection.execute(
                    f"select count(*) from (({one}) except all ({other}))"
                ).fetchall()
                if rows:
                    found.append(f"{case.name}: {to} has {rows:,} {what} rows")
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def main(arguments: Sequence[str]) -> int:
    """Command line; returns 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("snapshot", "compare"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--random", type=int, default=30, help="random inputs (default 30)")
    parser.add_argument("--customers", type=int, default=0, help="of generated inputs (none)")
    parser.add_argument("--renamed", nargs="*", default=[], metavar="TABLE.COLUMN=NAME")
    parser.add_argument("--cases", default="*", help="such as seeds or random_0* (default all)")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder.resolve()
    if chosen.step == "snapshot":
        prepare(folder, chosen.random, chosen.customers)
    cases = sorted(path.parent for path in folder.glob(f"{chosen.cases}/{VARS}"))
    renamed = dict(pair.split("=") for pair in chosen.renamed)
    found: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        dbt = harness.Dbt(Path(scratch))
        for case in cases:
            if chosen.step == "snapshot":
                build(case, case / BEFORE, dbt)
                continue
            after = Path(scratch) / AFTER
            after.unlink(missing_ok=True)
            build(case, after, dbt)
            found += differences(case, after, renamed)
    gc.unfreeze()  # frozen objects would be reported as leaked at exit
    if chosen.step == "compare":
        print("\n" + ("\n".join(found) or f"All public tables of {len(cases)} builds are equal."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
