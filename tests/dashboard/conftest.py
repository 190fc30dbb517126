"""Databases that dbt has built from small inputs, the app on one of them, and a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import generate_data
import pytest
import queries
import streamlit as st
import visit_dashboard
from playwright.sync_api import Browser, BrowserContext, Page
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "apps" / "dashboard" / "app.py"

# The inputs are few, and full of bad rows.
LENIENT = {"max_rejected_share": 1, "empty_inputs": list(generate_data.TABLES)}

OpenApp = Callable[..., AppTest]


def run_dbt(database: Path, inputs: Path, **vars: object) -> None:
    """``dbt run`` in a process of its own, as beside a real dashboard."""
    command = [
        *(ROOT / ".venv" / "bin" / "dbt", "--quiet", "run"),
        *("--vars", json.dumps({"data_dir": str(inputs), **LENIENT, **vars})),
        *("--target-path", database.parent / "target", "--log-path", database.parent / "logs"),
    ]
    environment = {**os.environ, "DUCKDB_PATH": str(database)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def made_up(folder: Path, customers: int, days: int) -> Path:
    """A database of that many generated customers, in a folder of its own."""
    amounts = ["--customers", str(customers), "--days", str(days)]
    generate_data.main([*amounts, "--out", str(folder / "inputs")])
    database = folder / "made_up.duckdb"
    run_dbt(database, folder / "inputs")
    return database


@pytest.fixture(scope="session")
def handmade_inputs() -> Path:
    """Four customers, one of them without a day yet, and seven rows to reject."""
    return ROOT / "tests" / "fixtures" / "handmade"


@pytest.fixture(scope="session")
def handmade(tmp_path_factory: pytest.TempPathFactory, handmade_inputs: Path) -> Path:
    database = tmp_path_factory.mktemp("handmade") / "handmade.duckdb"
    run_dbt(database, handmade_inputs)
    return database


@pytest.fixture(scope="session")
def owned(tmp_path_factory: pytest.TempPathFactory, handmade_inputs: Path) -> Path:
    """The same, in euros, with names and owners: Ann has A and D, nobody has B, Bob has E."""
    folder = tmp_path_factory.mktemp("owned")
    shutil.copytree(handmade_inputs, folder / "inputs")
    owners = {"A": "Acme & <b>Co</b>,Ann", "B": "=1+1,", "D": "Delta,Ann", "E": "Echo,Bob"}
    file = folder / "inputs" / "customers.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{owners.get(line.split(',')[0].strip(), ',')}" for line in lines]
    file.write_text("\n".join([f"{header},name,owner", *lines]) + "\n", encoding="utf-8")
    run_dbt(
        folder / "owned.duckdb",
        folder / "inputs",
        customer_attributes=["name", "owner"],
        currency="EUR",
        risk_bands={"watch": 50, "at_risk": 90},
    )
    return folder / "owned.duckdb"


@pytest.fixture(scope="session")
def weighted(tmp_path_factory: pytest.TempPathFactory, handmade_inputs: Path) -> Path:
    """The same, with a score of nothing but three times the ARR."""
    database = tmp_path_factory.mktemp("weighted") / "weighted.duckdb"
    others = dict.fromkeys(("products", "logins", "unique_users", "critical_tickets"), 0)
    run_dbt(database, handmade_inputs, risk_weights={**others, "arr": 3})
    return database


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty customers over 400 days, more than a page of them."""
    return made_up(tmp_path_factory.mktemp("portfolio"), customers=60, days=400)


@pytest.fixture(scope="session")
def single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One customer, with two weeks of days and no ticket."""
    return made_up(tmp_path_factory.mktemp("single"), customers=1, days=30)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, handmade_inputs: Path) -> Path:
    """Tables without a row."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "inputs").mkdir()
    for source in handmade_inputs.glob("*.csv"):
        header, *_ = source.read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / "inputs" / source.name).write_text(header, encoding="utf-8")
    run_dbt(folder / "empty.duckdb", folder / "inputs")
    return folder / "empty.duckdb"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Copies a database and runs statements on the copy."""

    def change(database: Path, *statements: str) -> Path:
        copy = Path(shutil.copy(database, tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"))
        with duckdb.connect(str(copy)) as connection:
            for statement in statements:
                connection.execute(statement)
        return copy

    return change


@pytest.fixture
def read() -> Iterator[Callable[[Path], duckdb.DuckDBPyConnection]]:
    """Connections that are closed in the end."""
    connections = []

    def connect(database: Path) -> duckdb.DuckDBPyConnection:
        connections.append(duckdb.connect(str(database), read_only=True))
        return connections[-1]

    yield connect
    for connection in connections:
        connection.close()


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenApp:
    """Opens a page, such as views/at_risk.py, in a folder where no dbt command has been run."""
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.chdir(tmp_path)

    def open_page(database: Path, page: str = "views/portfolio.py", **query: str) -> AppTest:
        monkeypatch.setenv("DUCKDB_PATH", str(database))
        app = AppTest.from_file(APP, default_timeout=60)
        app.query_params.update(query)
        app.switch_page(page)
        app.run()
        assert not app.exception, app.exception
        return app

    return open_page


@pytest.fixture
def day(portfolio: Path, read: Callable[[Path], duckdb.DuckDBPyConnection]) -> date:
    return queries.last_day(read(portfolio))


@pytest.fixture(scope="module")
def address(portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with visit_dashboard.dashboard(portfolio, tmp_path_factory.mktemp("cwd")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with visit_dashboard.browser() as chromium:
        yield chromium


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A new visitor; a test says what is special by parametrizing this."""
    context = chromium.new_context(**getattr(request, "param", {}))
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()
