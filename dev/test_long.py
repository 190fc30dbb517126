"""Runs the suites of ``make test-long``, and counts the results."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

RESULTS = Path("target/tests")
# Suites with the make target without which they are skipped. The first ones use both cores; the
# lanes run side by side, because each would leave one idle. -o: the docs page is built once.
Suites = dict[Sequence[str], str | None]
FIRST: Suites = {("test-slow",): None, ("test-attach",): "postgres", ("docs-page",): None}
LANES: Sequence[Suites] = (
    {("test-spark", "MARK=not long"): "java"},
    {
        ("test-apps", "-o", "docs-page"): "chromium",
        ("test-v2",): None,
        ("test-metrics",): None,
        ("judge", "-o", "docs-page"): None,
    },
)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make; errors are part of its captured output."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


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


def run(suites: Suites, settings: Sequence[str]) -> list[str]:
    """Runs suites one after the other and prints each when it ends.  Returns those that failed."""
    failed = []
    for suite, needed in suites.items():
        missing = make(needed) if needed else None
        if missing is not None and missing.returncode != 0:
            print(f"NOT TESTED: {suite[0]}: {missing.stdout.strip().splitlines()[0]}", flush=True)
            continue
        start = time.monotonic()
        done = make(*suite, *settings)
        seconds = time.monotonic() - start
        print(f"\n{suite[0]}:\n{done.stdout}{suite[0]} took {seconds:.0f} s", flush=True)
        if done.returncode != 0:
            failed.append(suite[0])
    return failed


def main(settings: Sequence[str]) -> int:
    """Continues after a suite that fails; passes ``settings`` to make.  Returns 0 or 1."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for file in RESULTS.glob("*.xml"):
        file.unlink()
    failed = run(FIRST, settings)
    with ThreadPoolExecutor(len(LANES)) as pool:
        for lane in pool.map(lambda suites: run(suites, settings), LANES):
            failed += lane
    found = count(RESULTS)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    print(", ".join(f"{found[name]} {name}" for name in ("passed", "failed", "skipped")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
