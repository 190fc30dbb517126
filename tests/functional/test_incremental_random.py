"""Any sequence of changes: every build ends where a full refresh would."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

import harness
import oracle
import pytest
from changes import Twins, World, day
from harness import Dbt
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

STEPS_PER_EXAMPLE = 8

DAYS = st.integers(-50, 450).map(day)
SETTINGS = st.one_of(
    st.sampled_from(
        (
            {"risk_weights": {"products": 2, "arr": 0.5, "logins": 0}},
            {"risk_weights": {}},
            {"high_aging_ticket_threshold": 0},
            {"high_aging_ticket_threshold": 3},
            {"outcome_days": 30},
            {"outcome_days": 90},
            {"reporting_timezone": "America/New_York"},
            {"reporting_timezone": "UTC"},
            {"subscription_end_date_is_inclusive": False},
            {"subscription_end_date_is_inclusive": True},
            {"closed_statuses": ["closed", "open"]},
            {"closed_statuses": ["closed"], "ignored_ticket_statuses": ["on-hold"]},
            {"ignored_ticket_statuses": []},
        )
    ),
    # not before every row, which is an error
    st.fixed_dictionaries({"as_of_date": st.none() | st.integers(150, 450).map(day)}),
    st.fixed_dictionaries({"rebuild_from": DAYS}),
)
Values = dict[str, str | None]
TICKET_VALUES: tuple[Values, ...] = (
    {"ticket_category": "bug"},
    {"ticket_category": None},
    {"status": "open"},
    {"status": "closed"},
    {"status": "deleted"},
    {"customer_id": "C"},
)
LOGIN_VALUES: tuple[Values, ...] = (
    {"user_id": "u7"},
    {"user_type": "admin"},
    {"user_type": "robot"},
    {"customer_id": "B"},
)
SUBSCRIPTION_VALUES: tuple[Values, ...] = (
    {"arr": "12.34"},
    {"arr": "unknown"},
    {"end_date": None},
    {"product_id": "P1"},
    {"customer_id": "A"},
)
# each with the column from which the days are counted
MOVED_COLUMNS = (
    ("subscriptions", "start_date", "start_date"),
    ("subscriptions", "end_date", "start_date"),
    ("login_events", "login_timestamp", "login_timestamp"),
    ("support_tickets", "created_date", "created_date"),
    ("support_tickets", "closed_date", "created_date"),
)
INPUTS = st.sampled_from(tuple(oracle.INPUT_COLUMNS))
EVENTS = st.sampled_from(tuple(table for table in oracle.INPUT_COLUMNS if table != "customers"))
CUSTOMERS = st.sampled_from("ABCDE")
NUMBERS = st.integers(0, 50)


class _EveryRule:
    def is_enabled(self, name: str) -> bool:
        return True


class Changes(RuleBasedStateMachine):
    """Any change after any other; a failure is printed as calls that can be pasted."""

    dbt: ClassVar[Dbt]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.twins = Twins(Path(self.folder.name), Changes.dbt)
        self.world = World()
        # Otherwise Hypothesis leaves some rules out of each sequence.
        self._rules_strategy.enabled_rules_strategy = st.just(_EveryRule())

    def teardown(self) -> None:
        self.folder.cleanup()

    @invariant()
    def equals_a_full_refresh(self) -> None:
        # the first build is no step
        Changes.steps += self.twins.built.exists()
        self.twins.step(self.world)
        difference = self.twins.difference()
        assert difference is None, difference

    # Hypothesis starts with a sequence of only the first rule.
    @rule()
    def a_day_passes(self) -> None:
        tomorrow = self.world.last_offset + 1
        for table, customer in (("login_events", "A"), ("support_tickets", "B")):
            self.world.add(table, customer, tomorrow)

    @rule()
    def nothing(self) -> None:
        pass

    @rule(table=EVENTS, customer=CUSTOMERS, days=st.integers(1, 400))
    def arrive_late(self, table: str, customer: str, days: int) -> None:
        self.world.add(table, customer, self.world.last_offset - days)

    @rule(number=NUMBERS, values=st.sampled_from(TICKET_VALUES))
    def correct_ticket(self, number: int, values: Values) -> None:
        self.world.correct("support_tickets", number, **values)

    @rule(number=NUMBERS, values=st.sampled_from(LOGIN_VALUES))
    def correct_login(self, number: int, values: Values) -> None:
        self.world.correct("login_events", number, **values)

    @rule(number=NUMBERS, values=st.sampled_from(SUBSCRIPTION_VALUES))
    def correct_subscription(self, number: int, values: Values) -> None:
        self.world.correct("subscriptions", number, **values)

    # an end before the start is rejected
    @rule(moved=st.sampled_from(MOVED_COLUMNS), number=NUMBERS, days=st.integers(-300, 400))
    def move(self, moved: tuple[str, str, str], number: int, days: int) -> None:
        table, column, since = moved
        self.world.shift(table, column, number, days, since)

    @rule(table=INPUTS, number=NUMBERS)
    def delete(self, table: str, number: int) -> None:
        self.world.delete(table, number)

    @rule(table=INPUTS, number=NUMBERS)
    def repeat(self, table: str, number: int) -> None:
        self.world.repeat(table, number)

    @rule(number=NUMBERS, days=st.integers(-20, 20))
    def repeat_login_on_another_day(self, number: int, days: int) -> None:
        if self.world.tables["login_events"]:
            self.world.repeat_on_another_day("login_events", "login_timestamp", number, days)

    # rows that come later have none, and are rejected
    @rule(
        chosen=st.sampled_from((("login_events", "event_id"), ("subscriptions", "subscription_id")))
    )
    def give_ids(self, chosen: tuple[str, str]) -> None:
        self.world.give_ids(*chosen)

    @rule(table=INPUTS)
    def empty_and_refill(self, table: str) -> None:
        self.world.empty(table)
        self.equals_a_full_refresh()
        self.world.refill()

    @rule(
        customer=CUSTOMERS,
        offset=st.one_of(st.integers(-50, 200), st.integers(200, 400), st.none()),
    )
    def acquire(self, customer: str, offset: int | None) -> None:
        if offset is None:
            self.world.leave(customer)
        else:
            self.world.acquire(customer, offset)

    @rule(settings=SETTINGS)
    def set(self, settings: dict[str, object]) -> None:
        self.world.set(**settings)

    @rule(condition=st.sampled_from(("true", "customer_id = 'A'", "day(date) = 15")))
    def delete_by_hand(self, condition: str) -> None:
        self.world.delete_by_hand(condition)


@pytest.mark.long
@pytest.mark.exhaustive
def test_any_changes_end_where_a_full_refresh_would(dbt: Dbt) -> None:
    chosen = harness.random_cases(
        3,
        # Shrinking would take hours; a failure is printed as it was.
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        stateful_step_count=STEPS_PER_EXAMPLE,
    )
    Changes.dbt, Changes.steps = dbt, 0
    # Hypothesis tends to end sequences early.
    run_state_machine_as_test(Changes, _min_steps=STEPS_PER_EXAMPLE - 1, settings=chosen)
    assert Changes.steps >= chosen.max_examples * (STEPS_PER_EXAMPLE - 1)
