"""Installs the dbt packages; where the hub cannot be reached, our own dbt_utils takes over."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / "dbt_packages" / "dbt_utils"
OFFLINE = ROOT / "offline_packages" / "dbt_utils"
# Only our own package has it: tells it from a real one that somebody put there by hand.
OFFLINE_MARK = ".offline"


def hub_answers() -> bool:
    """Runs ``dbt deps``; False if the package hub was out of reach.

    Raises RuntimeError with the last line that dbt printed if it failed for any other reason.
    """
    dbt = Path(sys.executable).with_name("dbt")
    run = subprocess.run([dbt, "deps"], cwd=ROOT, capture_output=True, text=True, check=False)
    output = (run.stdout + run.stderr).strip()
    if run.returncode != 0 and "External connection exception" not in output:
        raise RuntimeError(f"dbt deps failed: {output.splitlines()[-1] if output else 'no output'}")
    return run.returncode == 0


def install_offline() -> None:
    """Puts our own dbt_utils where ``dbt deps`` would put the real one."""
    shutil.rmtree(INSTALLED, ignore_errors=True)
    shutil.copytree(OFFLINE, INSTALLED)
    (INSTALLED / OFFLINE_MARK).touch()


def install() -> str:
    """Installs from the hub, or else keeps a real package that is there, or else takes ours.

    Returns what it did, in a line.
    """
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "dbt_utils"
        if INSTALLED.exists() and not (INSTALLED / OFFLINE_MARK).exists():
            # dbt deps empties dbt_packages before it asks the hub
            shutil.copytree(INSTALLED, kept)
        if hub_answers():
            return "installed from the package hub"
        if kept.exists():
            shutil.copytree(kept, INSTALLED, dirs_exist_ok=True)
            return "the hub cannot be reached, kept the dbt_utils in dbt_packages"
    install_offline()
    return "the hub cannot be reached, installed offline_packages/dbt_utils instead"


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="do not ask the package hub")
    if parser.parse_args().offline:
        install_offline()
        print("dbt packages: installed offline_packages/dbt_utils, as asked")
        return 0
    try:
        print(f"dbt packages: {install()}")
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
