"""Databases and inputs of the tests that run dbt."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import harness
import input_files
import oracle
import pytest
import yaml
from checked_builds import DATABASE, STRICT, Check, Tables, settings
from harness import Dbt, locked
from warehouse import Warehouse


@pytest.fixture
def check(dbt: Dbt) -> Check:
    """Runs the models on a database; returns success, and warnings and errors."""

    def check(db: Path, *args: str, **vars: object) -> tuple[bool, list[str]]:
        run = dbt("run", *args, db=db, check=False, **(STRICT | vars))
        return run.success, run.findings

    return check


@pytest.fixture(scope="session")
def handmade_built(dbt: Dbt, shared: Path) -> tuple[Path, Tables]:
    """A database that `dbt build` made of CSV files, from no database at all; for all workers."""
    folder = shared / "handmade"
    folder.mkdir(exist_ok=True)
    db, done = folder / f"{DATABASE}.duckdb", folder / "done"
    with locked(folder / "lock"):
        if not done.exists():
            nodes = dbt("build", db=db, data_dir=str(harness.HANDMADE)).nodes
            kinds = Counter(str(entry.node.resource_type) for entry in nodes)
            # without seeds and unit tests
            assert not {"seed", "unit_test"} & set(kinds)
            assert min(kinds["model"], kinds["test"]) > 5
            world = input_files.read_csv(harness.HANDMADE)
            harness.assert_matches_oracle(db, oracle.compute(world, settings()))
            done.touch()
    return db, Tables.of(db)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The path of a database that does not exist yet."""
    (tmp_path / "db").mkdir()
    return tmp_path / "db" / f"{DATABASE}.duckdb"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with good CSV files, to be damaged."""
    return Path(shutil.copytree(harness.HANDMADE, tmp_path / "inputs"))


@pytest.fixture(scope="session")
def warehouse_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: dbt parses the project again where a path in a setting is another one."""
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="session")
def warehouse_runs(dbt: Dbt, warehouse_folder: Path) -> Dbt:
    """Runs dbt with a further target, `other`, another schema of the same database."""
    profiles = yaml.safe_load((harness.ROOT / "profiles.yml").read_text(encoding="utf-8"))
    outputs = profiles["customer_health"]["outputs"]
    outputs["other"] = outputs["duckdb"] | {"schema": "other"}
    (warehouse_folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    return dbt.with_profiles(warehouse_folder)


@pytest.fixture(scope="session")
def warehouse_built_once(warehouse_runs: Dbt, warehouse_folder: Path) -> Path:
    """A copy of the warehouse after its first build."""
    warehouse = Warehouse(warehouse_runs, warehouse_folder)
    assert warehouse.run("build") == "rebuilding every day: first build"
    shutil.copytree(warehouse_folder / "target", warehouse_folder / "state")
    return Path(shutil.copy(warehouse.db, warehouse_folder / "built_once"))


@pytest.fixture
def warehouse(warehouse_runs: Dbt, warehouse_folder: Path, warehouse_built_once: Path) -> Warehouse:
    result = Warehouse(warehouse_runs, warehouse_folder)
    shutil.copy(warehouse_built_once, result.db)
    return result


@pytest.fixture
def copied_project(tmp_path: Path) -> Iterator[Path]:
    folder = harness.copy_project(tmp_path / "project")
    yield folder
    shutil.rmtree(folder)
