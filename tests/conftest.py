"""Shared by all tests: dbt, the seeds as tables, and the number of random cases."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness import Dbt


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """``--hypothesis-profile 10`` draws ten times as many random cases, and new ones."""
    if importlib.util.find_spec("hypothesis"):
        from hypothesis import settings

        settings.register_profile("repeatable", max_examples=100, derandomize=True)
        chosen = config.getoption("--hypothesis-profile") or "repeatable"
        if chosen.isdigit():
            settings.register_profile(chosen, max_examples=100 * int(chosen))
        settings.load_profile(chosen)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all workers of this run."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


# A worker takes one file at a time; the longest must not come last.
LONGEST = ("test_crash_safety", "test_incremental_random", "test_incremental_walk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def dbt(shared: Path) -> Iterator[Dbt]:
    """Runs dbt commands on the project; see ``harness.Dbt``."""
    from harness import Dbt

    yield Dbt(shared / "dbt")
    # frozen objects would be reported as leaked at exit
    gc.unfreeze()


@pytest.fixture(scope="session")
def seeds_built_once(dbt: Dbt, shared: Path) -> Path:
    """A database built from the seeds, once for all workers. Read-only.

    Beside it, results.json says how many nodes of each kind ended how; all tests of dbt were run.
    """
    from harness import locked

    folder = shared / "seeds"
    folder.mkdir(exist_ok=True)
    db, results = folder / "customer_health.duckdb", folder / "results.json"
    with locked(folder / "lock"):
        if not results.exists():
            nodes = dbt("build", db=db, test_all_days=True).nodes
            counts = Counter(f"{entry.node.resource_type} {entry.status}" for entry in nodes)
            results.write_text(json.dumps(counts), encoding="utf-8")
    return db


@pytest.fixture
def seeds_db(seeds_built_once: Path, tmp_path: Path) -> Path:
    """A writable copy of it."""
    return Path(shutil.copy(seeds_built_once, tmp_path))
