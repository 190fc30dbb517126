"""Answers a question of analyses/ from the last build; prints the answer, or writes a file."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import build_project
import database
import yaml
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).resolve().parent.parent


def questions() -> Mapping[str, str]:
    """The question of each analysis, by name."""
    described = yaml.safe_load((ROOT / "analyses" / "_analyses.yml").read_text(encoding="utf-8"))
    return {
        entry["name"]: entry["description"].partition("?")[0] + "?"
        for entry in described["analyses"]
    }


def compiled(names: Sequence[str], arguments: Sequence[str]) -> Mapping[str, str]:
    """The SQL of analyses, as dbt compiles it.  Exits with dbt's reason if it does not."""
    listener = build_project.Listener()
    command = ["compile", "--select", *(f"resource_type:analysis,{name}" for name in names)]
    command += [*arguments, "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    result = dbtRunner(callbacks=[listener.hear]).invoke([*command, "--log-level", "none"])
    build_project.close_dbt_connection()
    if not result.success:
        sys.exit("\n".join(build_project.failures(result, listener.files)))
    return {entry.node.name: entry.node.compiled_code for entry in result.result}


def main(arguments: Sequence[str]) -> None:
    """Command line: a name, ``--out FILE`` to write, and further arguments for dbt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="", help="of an analysis")
    parser.add_argument("--out", type=Path, help="ends in .csv, .xlsx, .parquet or .json")
    chosen, others = parser.parse_known_args(arguments)
    known = questions()
    if chosen.name not in known:
        width = max(map(len, known))
        names = "\n".join(f"  {name.ljust(width)}  {text}" for name, text in known.items())
        wrong = f"Unknown analysis {chosen.name!r}. " if chosen.name else ""
        sys.exit(f"{wrong}NAME is one of:\n{names}")
    path = database.path_from_environment()
    database.connect(path, "customers_enriched").close()
    query = compiled([chosen.name], others)[chosen.name]
    with database.connect(path, "customers_enriched") as connection:
        if chosen.out is not None:
            number = database.write(connection, query, chosen.out)
            print(f"{number:,} rows written to {chosen.out}")
            return
        header, rows = database.ask(connection, query)
    print(known[chosen.name] + "\n")
    if not rows:
        print("The answer is empty.")
        return
    # the terminal's width or COLUMNS; unlimited in a file or a pipe
    width = shutil.get_terminal_size((1000, 24)).columns
    print(database.table(header, rows, width))


if __name__ == "__main__":
    main(sys.argv[1:])
