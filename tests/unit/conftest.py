"""Macro calls, rendered by dbt, and a DuckDB to run them on."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from harness import Dbt
from macro_calls import CALLS, SEPARATOR, Duck, Render


@pytest.fixture(scope="session")
def render(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Turns macro calls into the SQL that a model with these settings would get."""
    db = tmp_path_factory.mktemp("macros") / "customer_health.duckdb"

    def render(*calls: str, **settings: object) -> list[str]:
        code = SEPARATOR.join("{{ customer_health." + call + " }}" for call in calls)
        (node,) = dbt("compile", "--inline", code, db=db, **settings).nodes
        return node.node.compiled_code.split(SEPARATOR)

    return render


@pytest.fixture(scope="session")
def sql(render: Render) -> dict[str, str]:
    return dict(zip(CALLS, render(*CALLS.values()), strict=True))


@pytest.fixture
def duck() -> Iterator[Duck]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
