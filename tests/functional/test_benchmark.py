"""The textbook of the benchmark gives the same answer."""

from __future__ import annotations

from pathlib import Path

import bench
import duckdb


def test_the_textbook_gives_the_same(seeds_db: Path) -> None:
    textbook = (bench.HERE / "textbook.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(seeds_db)) as connection:
        connection.execute(f"create table textbook as {textbook}")
        assert bench.num_differences(connection) == 0
        connection.execute("delete from textbook where date = (select max(date) from textbook)")
        customers = connection.sql("select count(*) from customers_enriched").fetchall()[0][0]
        assert bench.num_differences(connection) == customers
        wrong = textbook.replace("date - 179", "date - 178")
        assert wrong != textbook
        connection.execute(f"create or replace table textbook as {wrong}")
        assert bench.num_differences(connection) > 0
