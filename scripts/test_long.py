"""Runs the suites of ``make test-long`` one after the other, and counts the results."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

RESULTS = Path("target/tests")
# Each with the make target that must succeed first, or the suite is skipped.
SUITES: dict[Sequence[str], str | None] = {
    ("test-slow",): None,
    ("test-metrics",): None,
    ("test-weights",): None,
    ("judge",): None,
    ("test-v2",): None,
    ("test-attach",): "postgres",
    ("test-spark", "MARK=not long"): "java",
    ("test-browser",): "chromium",
}


def make(*arguments: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs make, with its output shown or captured."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, capture_output=capture, text=True, check=False)


def count(folder: Path) -> Counter[str]:
    """How many tests passed, failed and were skipped, by the JUnit files of a folder."""
    found = Counter[str]()
    for file in folder.glob("*.xml"):
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):
            numbers = {name: int(suite.get(name, 0)) for name in ("failures", "errors", "skipped")}
            found["failed"] += numbers["failures"] + numbers["errors"]
            found["skipped"] += numbers["skipped"]
            found["passed"] += int(suite.get("tests", 0)) - sum(numbers.values())
    return found


def main(settings: Sequence[str]) -> int:
    """Continues after a suite that fails; passes ``settings`` to make.  Returns 0 or 1."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for file in RESULTS.glob("*.xml"):
        file.unlink()
    failed = []
    for suite, needed in SUITES.items():
        missing = make(needed, capture=True) if needed else None
        if missing is not None and missing.returncode != 0:
            print(f"NOT TESTED: {suite[0]}: {missing.stderr.strip().splitlines()[0]}")
            continue
        start = time.monotonic()
        print(f"\n{suite[0]}:", flush=True)
        if make(*suite, *settings).returncode != 0:
            failed.append(suite[0])
        print(f"{suite[0]} took {time.monotonic() - start:.0f} s", flush=True)
    found = count(RESULTS)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    print(", ".join(f"{found[name]} {name}" for name in ("passed", "failed", "skipped")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
