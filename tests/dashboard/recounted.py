"""Tables as rows, and figures counted from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import queries

Connection = duckdb.DuckDBPyConnection

Read = Callable[[Path], Connection]

Change = Callable[..., Path]

CHANGES = {
    "products": "pct_change_products_90d",
    "arr": "pct_change_arr_90d",
    "logins": "pct_change_logins_3m",
    "unique_users": "pct_change_unique_users_3m",
}


def table(connection: Connection, name: str) -> list[dict[str, Any]]:
    cursor = connection.cursor().execute(f"from {name}")
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def oldest(connection: Connection) -> str:
    rows = table(connection, "customers_enriched")
    return min(rows, key=lambda row: row["acquisition_date"])["customer_id"]


def expected_points(row: dict[str, Any]) -> dict[str, float]:
    """The components of a row as the definition says, every weight being 1."""
    points = {
        name: max(-100.0, min(100.0, -float(row[column] or 0))) for name, column in CHANGES.items()
    }
    critical = (
        row["open_bug_tickets"] + row["open_incident_tickets"] + row["tickets_open_14plus_days"]
    )
    share = min(1.0, critical / row["open_tickets"]) if row["open_tickets"] else 0
    return {**points, "critical_tickets": 100 * share}


def all_ranked(connection: Connection, **options: Any) -> list[queries.Row]:
    filters = options.pop("filters", queries.Filters())
    which = options.pop("which", "All")
    order = {"sort": "customer_id", "descending": False, **options}
    found, number = queries.listed(connection, which, filters, **order)
    assert number == len(found)
    return found
