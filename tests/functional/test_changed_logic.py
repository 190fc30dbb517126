"""A change of the SQL is noticed wherever it is."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import harness
import pytest
from warehouse import DAILY, Warehouse

pytestmark = pytest.mark.long


pytestmark = pytest.mark.long

# What is between the inputs and the daily table, and the daily table itself.
CHANGES = [
    [("models/staging/stg_login_events.sql", "rejection_reason is null", "false")],
    # one more column
    [
        (
            f"models/marts/{DAILY}.sql",
            "as customer_risk_score\n",
            "as customer_risk_score, 7 as x\n",
        ),
        (
            f"models/marts/{DAILY}.yml",
            "\n\nunit_tests:",
            "\n      - {name: x, data_type: int}\n\nunit_tests:",
        ),
    ],
]

MORE_CHANGES = [
    [("macros/metrics/score.sql", "then 50", "then 49")],
    [("models/intermediate/int_account_periods.sql", "window_days()", "9")],
    [("models/intermediate/int_login_changes.sql", "- moves.enters_prev)", ")")],
    [("models/intermediate/int_metric_periods.sql", "'totals.num_logins_prev_3m')", "'1')")],
    [("models/intermediate/int_user_login_days.sql", "user_type = 'admin'", "true")],
]


@pytest.mark.parametrize(
    "changes",
    [*CHANGES, *(pytest.param(changes, marks=harness.EXHAUSTIVE) for changes in MORE_CHANGES)],
    ids=lambda changes: Path(changes[-1][0]).name,
)
def test_a_change_of_the_logic_is_noticed(
    warehouse: Warehouse, copied_project: Path, changes: list[tuple[str, str, str]]
) -> None:
    before = harness.read_table(warehouse.db, DAILY)
    with ExitStack() as mutations:
        for file, old, new in changes:
            mutations.enter_context(harness.mutated(copied_project / file, old, new))
        warehouse.of(copied_project)
        assert warehouse.run("run") != "nothing changed"
        warehouse.assert_equals_full_refresh()
        with pytest.raises(AssertionError):
            harness.assert_same_table(
                harness.read_table(warehouse.db, DAILY), before, ("customer_id", "date")
            )
        assert warehouse.run("run") == "nothing changed"
