"""Runs a dbt v2 command on this project: ``python dev/dbt_v2.py build``.

dbt v2 downloads its DuckDB driver. Here it gets the DuckDB of ``.venv``, so that it and dbt 1.12
can build into one file in turn. It also asks the package hub whenever packages.yml names a hub
package, installed or not; here it gets a project that names them by their folders.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-v2"
PROGRAM = VENV / "bin" / "dbt"
# The parts of a project, if they exist.
PARTS = ("analyses", "macros", "models", "seeds", "snapshots", "tests", "dbt_project.yml")


def link_project(project: Path, folder: Path) -> None:
    """Fills a folder with links to a project and to the packages in its ``dbt_packages``.

    A package is linked without its packages.yml, which may name the hub. Raises OSError.
    """
    installed = sorted(path.parent for path in project.glob("dbt_packages/*/dbt_project.yml"))
    for source, target in [
        (project, folder),
        *((package, folder / "packages" / package.name) for package in installed),
    ]:
        target.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            link = target / part
            link.unlink(missing_ok=True)
            if (source / part).exists():
                link.symlink_to((source / part).resolve())
    packages = {"packages": [{"local": f"packages/{package.name}"} for package in installed]}
    (folder / "packages.yml").write_text(yaml.safe_dump(packages), encoding="utf-8")


def environment() -> Mapping[str, str]:
    """The variables with which dbt v2 finds the DuckDB of this Python; empty if it cannot."""
    driver = importlib.util.find_spec("_duckdb")
    python = Path(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME") or "")
    if driver is None or driver.origin is None or python.suffix == ".a" or not python.is_file():
        return {}
    library = VENV / "duckdb" / "libduckdb.so"
    library.parent.mkdir(exist_ok=True)
    if not library.exists():
        library.symlink_to(driver.origin)
    # DuckDB's Python module is a driver too, but needs Python in its process
    return {"LD_LIBRARY_PATH": str(library.parent), "LD_PRELOAD": str(python)}


def version() -> str:
    """The version of dbt v2. Raises subprocess.CalledProcessError."""
    said = subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True).stdout
    return said.split()[-1]


def command(arguments: Sequence[str], project: Path = ROOT) -> list[str]:
    """The command line for a project, with its packages installed for dbt v2.

    Raises subprocess.CalledProcessError if dbt v2 rejects them.
    """
    folder = VENV / "projects" / project.resolve().name
    link_project(project.resolve(), folder)
    options = ["--project-dir", str(folder), "--profiles-dir", str(project.resolve())]
    variables = os.environ | environment()
    subprocess.run([PROGRAM, "--quiet", "deps", *options], check=True, env=variables)
    return [str(PROGRAM), *arguments, *options]


def main(arguments: Sequence[str]) -> int:
    """Command line: dbt v2 with these arguments; returns the exit code."""
    if not PROGRAM.exists():
        print("dbt v2 is not installed; run make setup WITH=v2.", file=sys.stderr)
        return 1
    run = subprocess.run(command(arguments), env=os.environ | environment(), check=False)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
