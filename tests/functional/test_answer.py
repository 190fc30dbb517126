"""`apps/answer.py`, which `make answer` runs."""

from __future__ import annotations

import csv
from pathlib import Path

import answer
import harness
import pytest


@pytest.fixture(autouse=True)
def _of_the_seeds(seeds_db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(seeds_db))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))


def test_every_analysis_has_a_question() -> None:
    files = {path.stem for path in (harness.ROOT / "analyses").glob("*.sql")}
    assert set(answer.questions()) == files
    assert all(len(question) > 20 for question in answer.questions().values())


def test_the_whole_answer_fits_the_terminal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    answer.main(["customers_at_risk"])
    printed = capfd.readouterr().out
    assert printed.startswith("Which paying customers need ")
    assert max(map(len, printed.splitlines())) <= 100
    out = tmp_path / "answer.csv"
    answer.main(["customers_at_risk", "--out", str(out)])
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert capfd.readouterr().out == f"{len(rows)} rows written to {out}\n"
    assert len(rows) > 10
    keys = [line.split()[0] for line in printed.splitlines() if line.startswith("  C0")]
    # in order, and again where columns follow below
    assert keys[: len(rows)] == [row["customer_id"] for row in rows]
    values = set(printed.split())
    assert all(row["total_arr"] in values for row in rows)


def test_an_unknown_name_lists_the_names() -> None:
    for name in (["churn"], []):
        with pytest.raises(SystemExit) as exit:
            answer.main(name)
        lines = str(exit.value).splitlines()
        assert lines[0] == ("Unknown analysis 'churn'. " if name else "") + "NAME is one of:"
        assert [line.split()[0] for line in lines[1:]] == list(answer.questions())


def test_errors_are_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"expected one of \.csv, \.xlsx, \.parquet, \.json"):
        answer.main(["customers_at_risk", "--out", "answer.doc"])
    with pytest.raises(SystemExit, match="cannot be written"):
        answer.main(["customers_at_risk", "--out", str(tmp_path / "missing" / "answer.xlsx")])
    monkeypatch.setenv("DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    with pytest.raises(SystemExit, match="There is no database"):
        answer.main(["customers_at_risk"])
    assert not (tmp_path / "none.duckdb").exists()
