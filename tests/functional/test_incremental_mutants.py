"""Proof that the walk works: each mutant breaks the incremental logic, and a step notices it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import harness
import pytest
from changes import WALK, Twins, World, day, rebuilt
from harness import Dbt


class Mutant(NamedTuple):
    """``old`` occurs exactly once in the file; the walk from ``since`` to ``step`` notices it."""

    name: str
    file: str
    old: str
    new: str
    step: str
    since: str = ""


_DAYS = "macros/exact_days/days_to_build.sql"
_BUILD = "macros/exact_days/incremental_exact_days.sql"
_FINGERPRINTS = "macros/exact_days/fingerprints.sql"
_DAILY = "models/marts/customer_daily_metrics.sql"
_LOGINS = "models/staging/base/base_login_events.sql"
_RAW_LOGINS = "macros/cleaning/records.sql"


def _unwatched(source: str, step: str) -> Mutant:
    return Mutant(
        f"{source} are not watched",
        _FINGERPRINTS,
        "for watched in given.watch %}",
        f"for watched in given.watch if watched.location or watched.name != '{source}' %}}",
        step,
    )


# fmt: off
MUTANTS = (
    _unwatched("customers", "acquired earlier"),
    _unwatched("subscriptions", "arr corrected"),
    _unwatched("login_events", "late login"),
    _unwatched("support_tickets", "ticket re-categorised"),
    Mutant("the end is not watched", _FINGERPRINTS, "where ends.last_day is not null",
           "where false", "three days later"),
    Mutant("rows are counted only", _FINGERPRINTS,
           "{{ customer_health._sum_of_hashes(columns or [watched.day]) }}",
           "cast(count(*) as varchar)", "ticket re-categorised"),
    Mutant("arr is not watched", _DAILY, "int_subscription_changes'), day='date'",
           "int_subscription_changes'), day='date', without=['arr_change']", "arr corrected"),
    Mutant("user types are not watched", _DAILY, "day='login_timestamp'",
           "day='login_timestamp', without=['user_type']", "user type corrected"),
    Mutant("settings are not watched", _DAYS, "!= [definition]", "== []", "threshold"),
    Mutant("the table itself is not watched", _FINGERPRINTS,
           "from {{ table }}", "from {{ table }} where false", "rows deleted by hand"),
    Mutant("what is new is not noticed", _DAYS, "having min(build) = max(build)",
           "having max(build) = 'last'", "late login"),
    Mutant("what is gone is not noticed", _DAYS, "having min(build) = max(build)",
           "having min(build) = 'this'", "rows deleted"),
    Mutant("a rebuild starts a day late", _DAYS,
           "'first_day': (days + [rebuild_from]) | select | min,",
           "'first_day': (modules.datetime.datetime.fromisoformat(days | min)"
           " + modules.datetime.timedelta(1)).date() | string,",
           "late login"),
    Mutant("nothing is deleted", _BUILD, "where {{ plan.days }};",
           "where false and {{ plan.days }};", "late login"),
    Mutant("the first day is not deleted", _BUILD, "where {{ plan.days }};",
           "where {{ plan.days | replace('>=', '>') }};", "late login"),
    Mutant("the oldest login of a window is lost", "models/intermediate/int_user_login_days.sql",
           "1 - 2 *", "2 - 2 *", "late login"),
    Mutant("logins of the first day are lost", "models/intermediate/int_login_changes.sql",
           "where date >= coalesce", "where date > coalesce", "late login"),
    Mutant("fingerprints are stored before the build", _DAYS,
           "from {{ customer_health._stored_fingerprints(this) }}",
           "from {{ customer_health._fingerprint_table(this, 'taken') }}", "late login"),
    Mutant("fingerprints are stored by full builds only", _BUILD,
           "{%- if plan.days and has_fingerprints %}",
           "{%- if plan.everything and has_fingerprints %}",
           "logins are back", since="no logins"),
    Mutant("raw logins are not looked at", _RAW_LOGINS,
           "{{ customer_health._raw_row('raw') }}", "''",
           "user type corrected"),
    Mutant("expressions that look at other rows are not watched", _RAW_LOGINS,
           "{{ expression }} as expression_{{ loop.index }},", "",
           "login that an expression for others looks at"),
    Mutant("logins of strangers who become customers stay rejected", _RAW_LOGINS,
           "customers.customer_id is not null as", "true as", "customer is back"),
    Mutant("logins are cleaned twice", _BUILD, "where {{ plan.days }};",
           "where {{ plan.days if config.get('event_time') == 'date' else 'false' }};",
           "user type corrected"),
    Mutant("event_ids of other days are not looked at", _LOGINS,
           "'all' if has_id else 'changed'", "'changed'", "event on an earlier day"),
    Mutant("logins that are gone stay", _DAYS, "{% set days = found.days %}",
           "{% set days = run_query('select date from '"
           " ~ customer_health._fingerprint_table(this, 'taken')"
           " ~ \" where source = 'login_events'\").columns[0].values() %}",
           "rows deleted"),
)
# fmt: on


# Each of these breaks the choice of the first day to rebuild, or its consequences.
SHORT = ("a rebuild starts a day late",)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harness.copy_project(tmp_path_factory.mktemp("mutants") / "project")


def walk(twins: Twins, first: str, last: str) -> str | None:
    """Builds the state before the first of these steps, then walks to the last one.

    Returns the difference to a full refresh.
    """
    names = [step.name for step in WALK]
    world = World()
    for step in WALK[: names.index(first)]:
        step.change(world)
        world.end_step()
    twins.build(world)
    for step in WALK[names.index(first) : names.index(last) + 1]:
        step.change(world)
        twins.step(world)
    return twins.difference()


@pytest.mark.long
@pytest.mark.exhaustive
def test_without_a_mutant_nothing_differs(dbt: Dbt, project: Path, tmp_path: Path) -> None:
    assert walk(Twins(tmp_path, dbt.of(project)), "late login", "late login") is None


def test_every_mutant_finds_its_text() -> None:
    for mutant in MUTANTS:
        harness.text_with(harness.ROOT / mutant.file, mutant.old)


@pytest.mark.parametrize("mutant", harness.some_long(MUTANTS, SHORT))
def test_mutant_is_noticed(mutant: Mutant, dbt: Dbt, project: Path, tmp_path: Path) -> None:
    twins = Twins(tmp_path, dbt.of(project))
    with harness.mutated(project / mutant.file, mutant.old, mutant.new):
        assert walk(twins, mutant.since or mutant.step, mutant.step) is not None


def test_a_new_column_of_what_is_watched_counts(dbt: Dbt, project: Path, tmp_path: Path) -> None:
    """Without naming it: a changed value is a change of its day."""
    world = World()
    changes = project / "models" / "intermediate" / "int_ticket_changes.sql"
    last = "as days_to_resolution_change\nfrom changes"
    for value in ("0", f"case when date = '{day(52)}' then 1 else 0 end"):
        column = f"as days_to_resolution_change,\n    max({value}) as another\nfrom changes"
        with harness.mutated(changes, last, column):
            messages = Twins(tmp_path, dbt.of(project)).build(world)
    assert [text for text in messages if text.startswith("customer_daily_metrics: rebuilding")] == [
        f"customer_daily_metrics: {rebuilt(52, 322)}1 day changed (support_tickets)"
    ]
