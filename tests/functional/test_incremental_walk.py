"""The promise of customer_daily_metrics: every build ends where a full refresh would."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from changes import NOTHING, WALK, Step, Twins, World
from harness import Dbt

# The long run looks at all tables.
DAILY = ("rejected_records", "customer_daily_metrics", "customers_enriched")
# One of each kind of late, corrected and deleted row, and of settings; all in the long run.
SHORT = (
    "first build",
    "nothing",
    "three days later",
    "login 400 days late",
    "ticket re-categorised",
    "customer leaves",
    "as_of_date back",
    "weights",
)


def _said(messages: Iterable[str]) -> str:
    start = "customer_daily_metrics: "
    (line,) = [message for message in messages if message.startswith(start)]
    return line.removeprefix(start)


def walk(twins: Twins, steps: Iterable[Step]) -> None:
    """After each step the tables equal a full refresh, and no more was rebuilt than needed."""
    world = World()
    layout = None
    write = re.compile(r'insert into \S+\."customer_daily_metrics"\s')
    for name, change, expected, complete in steps:
        change(world)
        messages = twins.step(world, complete=complete)
        assert twins.difference() is None, f"{name}: {twins.difference()}"
        assert _said(messages).startswith(expected), name
        written = any(write.search(message) for message in messages)
        assert written == (expected != NOTHING), name
        before, layout = layout, twins.layout()
        assert (layout == before) == (expected == NOTHING), name


def test_each_kind_of_change_ends_where_a_full_refresh_would(dbt: Dbt, tmp_path: Path) -> None:
    steps = [step._replace(complete=False) for step in WALK if step.name in SHORT]
    assert len(steps) == len(SHORT)
    walk(Twins(tmp_path, dbt, DAILY), steps)


@pytest.mark.long
@pytest.mark.exhaustive
def test_every_change_ends_where_a_full_refresh_would(dbt: Dbt, tmp_path: Path) -> None:
    walk(Twins(tmp_path, dbt), WALK)
