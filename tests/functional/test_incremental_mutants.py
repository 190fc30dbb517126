"""Proof that the walk bites: each mutant breaks the incremental logic, and a step notices it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import harness
import pytest
from harness import Dbt
from walk import WALK, Twins, World


class Mutant(NamedTuple):
    """``old`` occurs exactly once in the file; the walk from ``since`` to ``step`` notices it."""

    name: str
    file: str
    old: str
    new: str
    step: str
    since: str = ""


def _unwatched(source: str, step: str) -> Mutant:
    return Mutant(
        f"{source} are not watched",
        "models/intermediate/int_input_fingerprints.sql",
        "effects.date <=",
        f"effects.source <> '{source}' and effects.date <=",
        step,
    )


_START = "macros/incremental/first_changed_day.sql"
_STRATEGY = "macros/incremental/get_incremental_changed_days_sql.sql"
_STORE = "macros/incremental/store_fingerprints.sql"
_RAW = "macros/incremental/forget_changed_days.sql"
_FINGERPRINTS = "models/intermediate/int_input_fingerprints.sql"
# fmt: off
MUTANTS = (
    _unwatched("customers", "acquired earlier"),
    _unwatched("subscriptions", "arr corrected"),
    _unwatched("login_events", "late login"),
    _unwatched("support_tickets", "ticket re-categorised"),
    Mutant("the end is not watched", _FINGERPRINTS, "where as_of_date is not null", "where false",
           "three days later"),
    Mutant("rows are counted only", _FINGERPRINTS, "sum(effects.row_hash)", "count(*)",
           "ticket re-categorised"),
    Mutant("arr is not watched", _FINGERPRINTS, "'num_products', 'arr'", "'num_products'",
           "arr corrected"),
    Mutant("user types are not watched", _FINGERPRINTS, "'user_id', 'user_type'", "'user_id'",
           "user type corrected"),
    Mutant("settings are not watched", "macros/incremental/reason_to_rebuild_everything.sql",
           "!= [definition]", "== []", "threshold"),
    Mutant("the table itself is not watched", "macros/incremental/rows_per_day.sql",
           "from {{ table }}", "from {{ table }} where false", "rows deleted by hand"),
    Mutant("what is new is not noticed", _START, "from fingerprints\n                except",
           "from fingerprints where false\n                except", "late login"),
    Mutant("what is gone is not noticed", _START,
           "from fingerprints_of_last_build\n                except",
           "from fingerprints_of_last_build where false\n                except", "rows deleted"),
    Mutant("a rebuild starts a day late", _STRATEGY, "set_rebuild_start(start)",
           "set_rebuild_start(start + modules.datetime.timedelta(1))", "late login"),
    Mutant("nothing is deleted", _STRATEGY, "where date >=", "where false and date >=",
           "late login"),
    Mutant("the first day is not deleted", _STRATEGY, "where date >=", "where date >",
           "late login"),
    Mutant("the oldest login of a window is lost", "models/intermediate/int_user_login_days.sql",
           "-179", "-178", "late login"),
    Mutant("fingerprints are stored before the build", _START,
           "from {{ customer_health.fingerprint_table(table) }}", "from current_fingerprints",
           "late login"),
    Mutant("fingerprints are stored by full builds only", _STORE,
           "start | string == '9999-12-31'", "start", "logins are back", since="no logins"),
    Mutant("raw logins are counted only", _RAW,
           "sum({{ customer_health.row_hash(hashed) }})", "count(*)", "user type corrected"),
    Mutant("expressions that look at other rows are not watched", _RAW,
           "{% do hashed.append('records.computed_' ~ computed | length) %}", "",
           "login that an expression for others looks at"),
    Mutant("logins of strangers who become customers stay rejected", _RAW,
           "'records.record', 'customers.customer_id is not null'", "'records.record'",
           "customer is back"),
    Mutant("logins are cleaned twice", _RAW, "delete from {{ this }}\n    where",
           "delete from {{ this }}\n    where false and", "user type corrected"),
    Mutant("event_ids of other days are not looked at", _RAW,
           "and customer_health.has_column(table_name, 'event_id')", "and false",
           "event on an earlier day"),
    Mutant("logins that are gone stay", _RAW, "select date from cleaned_by_last_build",
           "select date from cleaned_by_last_build where false", "rows deleted"),
)
# fmt: on


# Each of these breaks the choice of the first day to rebuild, or what follows from it.
SHORT = ("what is new is not noticed", "a rebuild starts a day late", "logins are cleaned twice")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harness.copy_project(tmp_path_factory.mktemp("mutants") / "project")


def walk(twins: Twins, first: str, last: str) -> str | None:
    """Builds what was there before the first of these steps, and then walks to the last one.

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
def test_without_a_mutant_nothing_differs(dbt: Dbt, project: Path, tmp_path: Path) -> None:
    assert walk(Twins(tmp_path, dbt.of(project)), "late login", "late login") is None


@pytest.mark.parametrize("mutant", harness.some_long(MUTANTS, SHORT))
def test_mutant_is_noticed(mutant: Mutant, dbt: Dbt, project: Path, tmp_path: Path) -> None:
    twins = Twins(tmp_path, dbt.of(project))
    with harness.mutated(project / mutant.file, mutant.old, mutant.new):
        assert walk(twins, mutant.since or mutant.step, mutant.step) is not None
