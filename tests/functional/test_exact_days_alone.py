"""macros/exact_days alone in a new project, word for word as docs/exact_days.md says."""

from __future__ import annotations

import csv
import re
import subprocess
from collections import defaultdict
from datetime import date
from pathlib import Path

import harness
import pytest
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from harness import Run

# What a project has before; the page tells how to add the rest.
NEW = {
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
}
MODEL = "daily_orders"
# As the table on the page says: a text in the seed, and what it becomes.
CHANGES = (
    ("", ""),
    ("", ""),
    (",35\n", ",30\n"),
    ("\n1,", "\n4,2026-02-20 08:00:00,50\n1,"),
    ("3,2026-03-03 11:30:00,15\n", ""),
)


def section() -> str:
    text = (harness.ROOT / "docs" / "exact_days.md").read_text(encoding="utf-8")
    return text.partition("## In another project\n")[2]


def dbt(*args: str) -> Run:
    """Runs a dbt command in the current folder, which has to succeed."""
    events: list[EventMsg] = []
    try:
        run = Run(dbtRunner(callbacks=[events.append]).invoke(["--quiet", *args]), events)
    finally:
        harness.close_dbt_connections()
    assert run.success, run.errors
    return run


def table(project: Path) -> list[tuple[object, ...]]:
    return sorted(tuple(row.values()) for row in harness.read_table(project / "shop.duckdb", MODEL))


def num_tests_of_no_day(run: Run) -> int:
    return sum("9999-12-31" in sql for sql in run.compiled.values())


def by_hand(seed: Path) -> list[tuple[object, ...]]:
    amounts: dict[date, list[int]] = defaultdict(list)
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            amounts[date.fromisoformat(row["ordered_at"][:10])].append(int(row["amount"]))
    return [(day, len(found), sum(found)) for day, found in sorted(amounts.items())]


def test_the_folder_alone_works_in_a_new_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "customer_health").symlink_to(harness.ROOT)
    project = tmp_path / "shop"
    (project / "macros").mkdir(parents=True)
    monkeypatch.chdir(project)
    for name, text in NEW.items():
        (project / name).write_text(text, encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(.*?)```", section(), re.DOTALL)
    subprocess.run(["bash", "-ec", commands], check=True)
    files = re.findall(r"`([\w/.]+)`:\n\n```\w+\n(.*?)```", section(), re.DOTALL)
    assert len(files) == 4
    for name, text in files:
        path = project / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    seed = project / "seeds" / "orders.csv"
    *said, said_at_last = re.findall(rf"`{MODEL}: (.*)` \|\n", section())
    for (old, new), expected in zip(CHANGES, said, strict=True):
        rows = seed.read_text(encoding="utf-8")
        assert old in rows
        seed.write_text(rows.replace(old, new, 1), encoding="utf-8")
        assert dbt("build").said_of(MODEL) == [expected]
        assert table(project) == by_hand(seed)
    # all days have been tested, so that both tests read none
    assert num_tests_of_no_day(dbt("test")) == 2
    built = table(project)
    assert dbt("build", "--full-refresh").said_of(MODEL) == [said_at_last]
    assert table(project) == built
    days = dbt("build", "--vars", "{rebuild_from: 2026-03-01}").said_of(MODEL)
    assert days == ["rebuilding 1 day: rebuild_from is 2026-03-01"]
    assert num_tests_of_no_day(dbt("test", "--vars", "{test_all_days: true}")) == 0
