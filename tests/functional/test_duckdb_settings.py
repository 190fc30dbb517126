"""DuckDB's own settings."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from harness import Dbt
from input_files import sql_text


@pytest.mark.long
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"threads": "1"},
        {"threads": "3", "memory_limit": "333MB", "temp_directory": "/tmp/it's"},
    ],
    ids=str,
)
def test_duckdb_settings_come_from_the_environment(
    dbt: Dbt, db: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    names = ("threads", "memory_limit", "temp_directory")
    for name in names:
        monkeypatch.delenv(f"DUCKDB_{name.upper()}", raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(f"DUCKDB_{name.upper()}", value)
    query = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    result = dbt("show", "--inline", f"SELECT {query}", db=db)
    (row,) = result.nodes[0].agate_table.rows
    with duckdb.connect(str(db)) as duck:
        for name, value in chosen.items():
            duck.execute(f"SET {name} = {sql_text(value)}")
        expected = duck.execute(f"SELECT {query}").fetchall()[0]
    assert [str(row[name]) for name in names] == [str(value) for value in expected]
