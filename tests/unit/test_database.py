"""apps/database.py: tables that fit a terminal, and files."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import database
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

HEADER = ("customer_id", "reason_why_it_is_here", "total_arr")
ROWS = [("C1", "few logins and many open tickets", Decimal("9.50")), ("C2", None, Decimal(100))]


def test_without_a_width_nothing_is_broken() -> None:
    assert database.table(HEADER, ROWS).splitlines() == [
        "  customer_id  reason_why_it_is_here             total_arr",
        "  C1           few logins and many open tickets       9.50",
        "  C2           -                                       100",
    ]


def test_names_are_broken_before_texts() -> None:
    assert database.table(HEADER, ROWS, 54).splitlines() == [
        "  customer_  reason_why_it_is_here              total_",
        "  id                                               arr",
        "  C1         few logins and many open tickets     9.50",
        "  C2         -                                     100",
    ]


def test_texts_are_broken_at_words() -> None:
    assert database.table(HEADER, ROWS, 36).splitlines() == [
        "  customer_  reason_why_it_   total_",
        "  id         is_here             arr",
        "  C1         few logins and     9.50",
        "             many open",
        "             tickets",
        "  C2         -                   100",
    ]


def test_remaining_columns_follow_beside_the_first_one() -> None:
    assert database.table(HEADER, ROWS, 22).split("\n\n")[1].splitlines() == [
        "  customer_  total_arr",
        "  id",
        "  C1              9.50",
        "  C2               100",
    ]


@given(
    st.lists(
        st.tuples(*[st.text("ab_ ", max_size=40)] * 3, st.integers(-(10**9), 10**9)), min_size=1
    ),
    st.integers(80, 200),
)
def test_nothing_is_lost_and_every_line_fits(
    rows: list[tuple[str, str, str, int]], width: int
) -> None:
    shown = database.table(("key", "a_long_name", "b", "number"), rows, width)
    assert max(map(len, shown.splitlines())) <= width
    expected = "".join("".join(map(str, row)) for row in rows)
    for sign in "ab0123456789":
        found = shown.partition("number\n")[2].count(sign)
        assert found == expected.count(sign) or "\n\n" in shown


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


QUERY = "select '=1+1' as text, 1.50::decimal(18, 2) as amount, date '2024-02-29' as day, null as n"


def test_a_spreadsheet_has_types_and_no_formula(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    out = tmp_path / "it's.XLSX"
    assert database.write(connection, QUERY, out) == 1
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert re.findall(r"<t>(.*?)</t>", strings) == ["text", "amount", "day", "n", "=1+1"]
    day = (date(2024, 2, 29) - date(1899, 12, 30)).days
    assert [float(value) for value in re.findall(r"<v>([\d.]+)</v>", sheet)[-2:]] == [1.5, day]


def test_a_spreadsheet_loses_no_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.MOST_ROWS == 1_048_575
    monkeypatch.setattr(database, "MOST_ROWS", 3)
    assert database.write(connection, "from range(3)", tmp_path / "full.xlsx") == 3
    with pytest.raises(SystemExit, match="room for 3 rows, not for 4; write"):
        database.write(connection, "from range(4)", tmp_path / "more.xlsx")


def test_a_parquet_file_keeps_types(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    out = tmp_path / "it's.parquet"
    database.write(connection, QUERY, out)
    [row] = duckdb.read_parquet(str(out)).fetchall()
    assert row == ("=1+1", Decimal("1.50"), date(2024, 2, 29), None)
