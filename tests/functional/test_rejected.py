"""`apps/rejected.py`, which `make rejected` runs."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import harness
import pytest
import rejected
from harness import Dbt


@pytest.fixture(scope="module")
def db(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rejected") / "customer_health.duckdb"
    dbt("run", db=path, data_dir=str(harness.HANDMADE))
    return path


def rows(db: Path) -> list[harness.Row]:
    return harness.read_table(db, "rejected_records")


def test_every_rejected_row_is_listed_whole(
    db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(db))
    rejected.main([])
    lines = capsys.readouterr().out.splitlines()
    records = Counter(line[line.index("{") :] for line in lines if line.startswith("  "))
    assert records == Counter(row["record"] for row in rows(db))
    heads = {line for line in lines if not line.startswith("  ")}
    assert heads == {f"{row['source_table']}: {row['reason']}" for row in rows(db)}


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json"])
def test_every_rejected_row_is_written_whole(
    db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(db))
    out = tmp_path / f"it's{ending}"
    rejected.main(["--out", str(out)])
    if ending == ".csv":
        with out.open(newline="", encoding="utf-8") as file:
            found = [row["record"] for row in csv.DictReader(file)]
    elif ending == ".json":
        found = [row["record"] for row in json.loads(out.read_text(encoding="utf-8"))]
    else:
        found = [record for (record,) in duckdb.read_parquet(str(out)).select("record").fetchall()]
    assert Counter(found) == Counter(row["record"] for row in rows(db))


def test_a_missing_database_and_an_unknown_ending_are_one_line(
    db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    with pytest.raises(SystemExit, match=r"There is no database .*none\.duckdb; run make build"):
        rejected.main([])
    duckdb.connect(str(tmp_path / "none.duckdb")).close()
    with pytest.raises(SystemExit, match="has no table rejected_records"):
        rejected.main([])
    monkeypatch.setenv("DUCKDB_PATH", str(db))
    with pytest.raises(SystemExit, match=r"expected one of \.csv, \.xlsx, \.parquet"):
        rejected.main(["--out", "rows.xls"])
    with pytest.raises(SystemExit, match="cannot be written"):
        rejected.main(["--out", str(tmp_path / "missing" / "rows.csv")])


def test_no_rejected_rows_is_a_line(
    seeds_built_once: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(seeds_built_once))
    rejected.main([])
    assert capsys.readouterr().out == "No row was rejected.\n"
