"""What all tests share: dbt, the seeds as tables, and the number of random cases."""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
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
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """Runs dbt commands on the project; see ``harness.Dbt``."""
    from harness import Dbt

    return Dbt(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def seeds_built_once(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the seeds and all models, made once for all workers. Only to be read."""
    shared = tmp_path_factory.getbasetemp().parent / "seeds"
    shared.mkdir(exist_ok=True)
    db = shared / "customer_health.duckdb"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            dbt("seed", db=db)
            dbt("run", db=db)
            (shared / "done").touch()
    return db


@pytest.fixture
def seeds_db(seeds_built_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copy(seeds_built_once, tmp_path))
