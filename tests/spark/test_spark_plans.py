"""No step on Spark brings all rows to one place."""

from __future__ import annotations

import re

import changes
import input_files
import pytest
from both_engines import Both


def gatherings(plan: str) -> list[str]:
    """The steps of a physical plan that bring more than a row for each task to one place.

    A sum over everything is one row for each task, int_as_of_date is one row, constants are few.
    """
    lines = [line for line in plan.splitlines() if re.match(r"^[ :+-]*[A-Z*]", line)]
    texts = [re.sub(r"^[ :+-]*(\*\(\d+\) )?", "", line) for line in lines]
    depths = [len(line) - len(line.lstrip(" :+-")) for line in lines]

    def below(number: int) -> list[str]:
        end = number + 1
        while end < len(lines) and depths[end] > depths[number]:
            end += 1
        return texts[number + 1 : end]

    found = []
    for number, text in enumerate(texts):
        if text.startswith("Exchange SinglePartition"):
            if not re.match(
                r"(Hash|Sort|Object)\w*Aggregate\(keys=\[\], functions=\[(\]|.*partial_)",
                texts[number + 1],
            ):
                found.append(text)
        elif text.startswith("CartesianProduct"):
            found.append(text)
        elif text.startswith("BroadcastExchange IdentityBroadcastMode"):
            scans = [part for part in below(number) if "Scan" in part]
            few = r"int_as_of_date|OneRowRelation|LocalTableScan"
            is_one_row = re.match(r"(Hash|Sort|Object)\w*Aggregate\(keys=\[\], ", texts[number + 1])
            if not is_one_row and not all(re.search(few, scan) for scan in scans):
                found.append(text)
    return found


@pytest.mark.long
def test_no_step_gathers_all_rows(both: Both) -> None:
    world = changes.World()
    input_files.write_csv(world.tables, both.inputs)
    both.on("spark", "run")
    compiled = both.on("spark", "compile", "--select", "resource_type:model").compiled
    plans = {
        name: both.spark.sql(f"explain {sql}").collect()[0][0] for name, sql in compiled.items()
    }
    assert {name: gatherings(plan) for name, plan in plans.items() if gatherings(plan)} == {}
    assert "Exchange hashpartitioning(date" in plans["customer_daily_metrics"]
    # and what the check would say of others
    table = "main_staging.base_customers"
    for query in (
        f"select *, row_number() over (order by customer_id) as n from {table}",
        f"select a.* from {table} as a cross join {table} as b",
    ):
        assert gatherings(both.spark.sql(f"explain {query}").collect()[0][0])
