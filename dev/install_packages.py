"""Installs the dbt packages; our own dbt_utils if the hub cannot be reached."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ROOT / "offline_packages" / "dbt_utils"
# A file that tells our package from a real one.
OFFLINE_MARK = ".offline"


def read_yaml(path: Path) -> dict[str, Any]:
    """What a YAML file holds.  Raises OSError."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def hub_answers(project: Path) -> bool:
    """Runs ``dbt deps`` in a project; False if the package hub was out of reach.

    Raises RuntimeError with the last line that dbt printed if it failed for any other reason.
    """
    dbt = Path(sys.executable).with_name("dbt")
    run = subprocess.run([dbt, "deps"], cwd=project, capture_output=True, text=True, check=False)
    output = (run.stdout + run.stderr).strip()
    if run.returncode != 0 and "External connection exception" not in output:
        raise RuntimeError(f"dbt deps failed: {output.splitlines()[-1] if output else 'no output'}")
    return run.returncode == 0


def install_offline(project: Path, dbt_utils: Path = OFFLINE) -> None:
    """Installs as ``dbt deps`` would: this dbt_utils, links to local packages, and a lock file.

    Raises RuntimeError if the project asks for any other package.
    """
    installed = project / "dbt_packages"
    version = read_yaml(dbt_utils / "dbt_project.yml")["version"]
    locked = [{"name": "dbt_utils", "package": "dbt-labs/dbt_utils", "version": version}]
    shutil.rmtree(installed / "dbt_utils", ignore_errors=True)
    shutil.copytree(dbt_utils, installed / "dbt_utils")
    if dbt_utils == OFFLINE:
        (installed / "dbt_utils" / OFFLINE_MARK).touch()
    for package in read_yaml(project / "packages.yml")["packages"]:
        if package.get("package") == "dbt-labs/dbt_utils":
            continue
        if "local" not in package:
            raise RuntimeError(f"without the package hub, {package} cannot be installed")
        source = (project / package["local"]).resolve()
        link = installed / read_yaml(source / "dbt_project.yml")["name"]
        link.unlink(missing_ok=True)
        link.symlink_to(source, target_is_directory=True)
        locked.append({"name": link.name, **package})
    lock = project / "package-lock.yml"
    if not lock.exists():
        # dbt compares the number of packages; without a hash, dbt deps will replace the file
        lock.write_text(yaml.safe_dump({"packages": locked}), encoding="utf-8")


def install(project: Path) -> str:
    """Installs from the hub; offline, keeps a real package if there is one, or installs ours.

    Returns a line about what it did.
    """
    installed = project / "dbt_packages" / "dbt_utils"
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "dbt_utils"
        if installed.exists() and not (installed / OFFLINE_MARK).exists():
            # dbt deps empties dbt_packages before it asks the hub
            shutil.copytree(installed, kept)
        if hub_answers(project):
            return "installed from the package hub"
        if kept.exists():
            install_offline(project, kept)
            return "the hub cannot be reached, kept the dbt_utils in dbt_packages"
    install_offline(project)
    return "the hub cannot be reached, installed offline_packages/dbt_utils instead"


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="do not ask the package hub")
    parser.add_argument(
        "--project",
        type=Path,
        default=ROOT,
        help="folder of a project that installs this one",
    )
    arguments = parser.parse_args()
    try:
        if arguments.offline:
            install_offline(arguments.project)
            print("dbt packages: installed offline_packages/dbt_utils, as asked")
        else:
            print(f"dbt packages: {install(arguments.project)}")
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
