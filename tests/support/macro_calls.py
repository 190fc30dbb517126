"""Calls of macros, and their SQL run on DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

Render = Callable[..., list[str]]

Duck = duckdb.DuckDBPyConnection

# Calls without settings, which dbt renders all at once.
CALLS = {
    "rounded_ratio": "rounded_ratio('a', 'b')",
    "percent_change": "percent_change('a', 'b')",
    "running_total": "running_total('amount', 'owner', 'day')",
    "bounded_hundredths": "bounded_hundredths('a')",
    "risk_score": "risk_score('above_lowest', 'spread')",
    "add_days": "add_days('day', 'days')",
    "a_day_later": "add_days('day', 1)",
    "a_day_earlier": "add_days('day', -1)",
    "days_between": "days_between('first', 'last')",
    "date_spine": "date_spine('spans', 'first', 'last', ['id', 'name'])",
    "merge_overlapping_intervals": (
        "merge_overlapping_intervals('stays', ['owner', 'product'], 'begins', 'ends')"
    ),
    "clean_text": "clean_text('a')",
    "parse_timestamp": "parse_timestamp('a', 'customers')",
    "parse_date": "parse_date('a', 'customers')",
    "parse_integer": "parse_integer('a', 'subscriptions')",
    "parse_amount": "parse_amount('a', 'subscriptions')",
    "has_value": "has_value('a', 'subscriptions')",
    "joined_key": "joined_key('raw', 'customers', ['a', 'b', 'c'])",
    "one_key": "joined_key('raw', 'customers', ['a'])",
    "record": "record_as_json('kept')",
    "raw_record": "raw_record('raw', 'customers')",
    "no_date": "date_setting('as_of_date')",
    "row_hash": "row_hash(['a', 'b'])",
}

SEPARATOR = "\n-- next call\n"


def fill(
    duck: Duck, table: str, types: Mapping[str, str], rows: Sequence[Sequence[object]]
) -> None:
    """Creates a table.  Values go in as text, which DuckDB reads exactly, whatever the type."""
    cells = [[None if row[n] is None else str(row[n]) for row in rows] for n in range(len(types))]
    columns = ", ".join(
        f'CAST(unnest(CAST(? AS VARCHAR[])) AS {type_}) AS "{name}"'
        for name, type_ in types.items()
    )
    duck.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {columns}", cells)


def evaluate(duck: Duck, expression: str, table: str) -> list[Any]:
    """The expression for each row, in the order in which the rows were filled in."""
    found = duck.execute(f"SELECT {expression} FROM {table} ORDER BY {table}.rowid").fetchall()
    return [value for (value,) in found]


def check(rows: Sequence[object], actual: Sequence[object], expected: Sequence[object]) -> None:
    """Equal in value, type and number of decimals; shows the rows that are not."""
    # repr, because 1 == True == Decimal("1.00")
    cells = zip(rows, actual, expected, strict=True)
    wrong = [cell for cell in cells if repr(cell[1]) != repr(cell[2])]
    assert not wrong, f"{len(wrong)} of {len(rows)} (row, actual, expected): {wrong[:5]}"


def type_of(duck: Duck, expression: str, table: str) -> str:
    return duck.execute(f"SELECT typeof({expression}) FROM {table} LIMIT 1").fetchall()[0][0]


def fetch(duck: Duck, query: str) -> list[dict[str, Any]]:
    cursor = duck.execute(query)
    names = [entry[0] for entry in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


WHITESPACE = " \t\n\r\f\v"
