"""Prints the riskiest customers of the last build."""

from __future__ import annotations

import os
import sys

import duckdb

COLUMNS = {
    "customer": "customer_id",
    "region": "coalesce(region, '')",
    "industry": "coalesce(industry, '')",
    "score": "customer_risk_score",
    "ARR": "cast(total_arr as bigint)",
    "ARR 90d": "coalesce(round(pct_change_arr_90d)::int || ' %', '-')",
    "logins 90d": "coalesce(round(pct_change_logins_3m)::int || ' %', '-')",
    "open tickets": "open_tickets",
    "14+ days": "tickets_open_14plus_days",
}


def riskiest(path: str, number: int) -> tuple[str | None, list[tuple[object, ...]]]:
    """The last day built, and the ``number`` customers with the highest score, as COLUMNS.

    Raises duckdb.Error if the file or the table is not there.
    """
    with duckdb.connect(path, read_only=True) as connection:
        day = connection.sql("select max(last_metrics_date)::varchar from customers_enriched")
        rows = connection.execute(
            f"""
            select {", ".join(COLUMNS.values())}
            from customers_enriched
            where customer_risk_score is not null
            order by customer_risk_score desc, total_arr desc, customer_id
            limit ?
            """,
            [number],
        ).fetchall()
        return day.fetchall()[0][0], rows


def main() -> int:
    """Command line; returns the exit code."""
    path = os.environ.get("DUCKDB_PATH", "customer_health.duckdb")
    try:
        day, rows = riskiest(path, 10)
    except duckdb.Error as error:
        print(f"{path}: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    if not rows:
        print("\nNo customer has a risk score: no customer was acquired by the last day built.")
        return 0
    table = [tuple(COLUMNS), *[tuple(str(value) for value in row) for row in rows]]
    widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS))]
    numeric = [
        all(not isinstance(row[column], str) or row[column].endswith(("%", "-")) for row in rows)
        for column in range(len(COLUMNS))
    ]
    print(f"\nRiskiest customers on {day} ({path}):\n")
    for row in table:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
