"""Adds up what pytest wrote into the JUnit files of a folder, one for each suite."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def count(folder: Path) -> dict[str, Counter[str]]:
    """How many tests passed, failed and were skipped, by suite."""
    suites = {}
    for file in sorted(folder.glob("*.xml")):
        found = Counter[str]()
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):
            numbers = {name: int(suite.get(name, 0)) for name in ("failures", "errors", "skipped")}
            found["failed"] += numbers["failures"] + numbers["errors"]
            found["skipped"] += numbers["skipped"]
            found["passed"] += int(suite.get("tests", 0)) - sum(numbers.values())
        suites[file.stem] = found
    return suites


def line(found: Counter[str]) -> str:
    """Such as ``12 passed, 0 failed, 0 skipped``."""
    return ", ".join(f"{found[name]} {name}" for name in ("passed", "failed", "skipped"))


if __name__ == "__main__":
    suites = count(Path(sys.argv[1]))
    for name, found in suites.items():
        print(f"{name}: {line(found)}")
    print(line(sum(suites.values(), Counter[str]())))
