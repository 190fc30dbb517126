"""Warnings of values that may mean something else."""

from __future__ import annotations

from pathlib import Path

import input_files
import pytest
from checked_builds import (
    Check,
    told,
    world_of,
)


@pytest.mark.long
def test_an_unknown_status_is_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def tickets(*statuses: str | None) -> input_files.RawWorld:
        return world_of(
            support_tickets=[
                (f"T{n}", "A", status, "2024-02-01", "bug", "2024-02-02")
                for n, status in enumerate(statuses)
            ]
        )

    def say(*statuses: str | None, **vars: object) -> list[str]:
        return told(check, db, tmp_path / "inputs", tickets(*statuses), **vars)

    known = ("open", "On-Hold", "closed", "SOLVED", "resolved", "done", "deleted", "spam")
    assert say(*known) == []
    assert say(*known, "Pending", "pending ") == [
        "support_tickets: status 'pending' (2 rows) is neither open, on-hold nor closed, so these "
        "tickets count as open; name it in closed_statuses or ignored_ticket_statuses."
    ]
    assert say("a", "b", "b", "c", "d", "e", None) == [
        "support_tickets: status 'b' (2 rows), 'a' (1 row), 'c' (1 row) and 2 more are neither "
        "open, on-hold nor closed, so these tickets count as open; name them in closed_statuses or "
        "ignored_ticket_statuses.",
        "support_tickets: status is missing in 1 row, so these tickets count as open.",
    ]
    assert say("a", source_check_severity="off") == []
    assert say("a", "b", "c", closed_statuses=["A"], ignored_ticket_statuses=[" b", "c"]) == []
    # texts in settings are escaped
    awkward = ["it's", "\\", "'; drop table x; --", '"', "') or ('' = '", "{{ 1 / 0 }}"]
    assert len(say(*awkward)) == 1
    assert say(*awkward, closed_statuses=awkward) == []
    assert say("closed", closed_statuses=[], ignored_ticket_statuses=[]) == [
        "support_tickets: status 'closed' (1 row) is neither open, on-hold nor closed, so these "
        "tickets count as open; name it in closed_statuses or ignored_ticket_statuses."
    ]


def test_other_unknown_values_are_warnings(check: Check, db: Path, tmp_path: Path) -> None:
    world = world_of(
        login_events=[
            (f"u{n}", "A", user_type, "2024-02-01")
            for n, user_type in enumerate(("admin", "Robot", "robot", None))
        ],
        support_tickets=[
            (f"T{n}", "A", "open", "2024-02-01", category, None)
            for n, category in enumerate(("bug", "billing", "Incident", None))
        ],
    )
    assert told(check, db, tmp_path / "inputs", world) == [
        "login_events: user_type 'robot' (2 rows) is neither admin, advanced nor standard, so "
        "these logins count in the totals only.",
        "support_tickets: ticket_category 'billing' (1 row) is neither bug, incident, question nor "
        "feature request, so these tickets count in the totals only.",
    ]


@pytest.mark.long
def test_touching_periods_are_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def say(*ends: str, inclusive: bool = True) -> list[str]:
        """Each product has two periods, the second one from the first of March on."""
        world = world_of(
            subscriptions=[
                row
                for n, end in enumerate(ends)
                for row in (
                    ("A", f"P{n}", "1", "2024-01-01", end, "1"),
                    ("A", f"P{n}", "1", "2024-03-01", None, "1"),
                )
            ]
        )
        setting = {"subscription_end_date_is_inclusive": inclusive}
        return told(check, db, tmp_path / "inputs", world, **setting)

    touching, a_day_later, gap = "2024-03-01", "2024-02-29", "2024-02-28"
    assert say(a_day_later, gap) == []
    assert say(touching, *[a_day_later] * 9) == []
    assert say(touching, gap, inclusive=False) == []
    assert say(touching, touching, a_day_later) == [
        "subscriptions: 2 pairs of periods touch (one starts on the end_date of the one before) "
        "and 1 starts the day after, so that the former count twice on that day; "
        "subscription_end_date_is_inclusive: false fits most of them."
    ]
    assert say(touching, *[a_day_later] * 8) != []
    assert say(touching, a_day_later) == [
        "subscriptions: 1 pair of periods touches (one starts on the end_date of the one before) "
        "and 1 starts the day after, so that the former count twice on that day; "
        "subscription_end_date_is_inclusive: true fits half of them."
    ]
    assert say(touching, a_day_later, a_day_later, inclusive=False) == [
        "subscriptions: 1 pair of periods touches (one starts on the end_date of the one before) "
        "and 2 start the day after, so that the latter do not count on it; "
        "subscription_end_date_is_inclusive: true fits most of them."
    ]


def test_early_logins_are_a_warning(check: Check, db: Path, tmp_path: Path) -> None:
    def say(early: int, late: int) -> list[str]:
        days = ["2023-12-31 23:59:59"] * early + ["2024-01-01"] * late
        logins = [(f"u{n}", "A", "admin", day) for n, day in enumerate(days)]
        return told(check, db, tmp_path / "inputs", world_of(login_events=logins))

    assert say(0, 3) == say(1, 9) == []
    assert say(2, 9) == [
        "login_events: 18 % of the logins (2 of 11) are before the acquisition_date of their "
        "customer; they count in the 90-day windows, but on no day. If these customers are "
        "older, correct acquisition_date."
    ]
