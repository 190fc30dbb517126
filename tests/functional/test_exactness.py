"""The promise of customer_daily_metrics: every build ends where a full refresh would.

One DuckDB file is built incrementally through one change of the inputs or settings after the other,
a second one is fully refreshed from the same, and their tables are compared after each change.

* The walk makes each kind of change once and also knows where the rebuild has to start.
* Random changes come in the same 64 steps on every run; the environment variable
  CUSTOMER_HEALTH_STEPS asks for that number of new ones instead (about three seconds each).
* Mutants break the incremental logic, and a step of the walk has to end in a difference.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar, NamedTuple

import duckdb
import harness
import oracle
import pytest
import worlds
from dbt.contracts.graph.manifest import Manifest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

STEPS = os.environ.get("CUSTOMER_HEALTH_STEPS")
STEPS_PER_EXAMPLE = 8
KEYS = {"customer_daily_metrics": ("customer_id", "date"), "customers_enriched": ("customer_id",)}
# Every table that is not made anew by each build, and what depends on them.
TABLES = ("main_staging.base_login_events", "rejected_records", *KEYS)
WITHOUT_TESTS = [
    part for kind in ("seed", "test", "unit_test") for part in ("--exclude-resource-type", kind)
]

# --- what can change -------------------------------------------------------------------------


def day(offset: int) -> str:
    return (worlds.BASE_DAY + timedelta(days=offset)).isoformat()


class World:
    """Raw rows and settings, and the operations on them; days are offsets from ``BASE_DAY``.

    In the beginning D is unknown, with a login on the last day, 329; the newest day that counts is
    C's login on 322.
    """

    def __init__(self) -> None:
        self.tables: worlds.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
        self.settings: dict[str, object] = {}
        self.last_offset = 0
        self.by_hand = ""
        self._made: Counter[str] = Counter()
        self._emptied: worlds.RawWorld = {}
        for customer, offset in (("A", 10), ("B", 40), ("C", 150)):
            self.acquire(customer, offset)
        for table, count, distance in (
            ("subscriptions", 12, 25),
            ("login_events", 48, 7),
            ("support_tickets", 22, 13),
        ):
            for number in range(count):
                self.add(table, "ABCD"[number % 4], distance * number)
        # a clock that runs ahead must not matter
        self.correct("login_events", self.add("login_events", "A", 0), login_timestamp="2999-01-01")

    def add(self, table: str, customer: str, offset: int) -> int:
        """One more row, whose other values follow from how many there were; returns its number."""
        made = self._made[table]
        self._made[table] += 1
        row: worlds.RawRow
        if table == "subscriptions":
            end = None if made % 3 == 0 else day(offset + 30 + made % 7 * 20)
            row = {
                "product_id": f"P{made % 5}",
                "quantity": str(made + 1),
                "start_date": day(offset),
                "end_date": end,
                "arr": f"{100 + 37 * made}.50",
            }
        elif table == "login_events":
            # some belong to the day before in America
            clock = "T02:30:00Z" if made % 5 == 0 else f" 09:{made % 60:02}:00"
            row = {
                "user_id": f"u{made // 4 % 3}",
                "user_type": oracle.USER_TYPES[(made // 4 + made // 12) % 3],
                "login_timestamp": day(offset) + clock,
            }
        else:
            status = ("closed", "open", "on-hold")[made // 4 % 3]
            row = {
                "ticket_id": f"T{made}",
                "status": status,
                "created_date": day(offset) + " 10:00:00",
                "ticket_category": [*oracle.TICKET_CATEGORIES][(made + made // 4) % 4],
                "closed_date": day(offset + 3 + made % 6 * 8) if status == "closed" else None,
            }
        self.tables[table].append({"customer_id": customer} | row)
        self.last_offset = max(self.last_offset, offset)
        return len(self.tables[table]) - 1

    def row(self, table: str, number: int) -> worlds.RawRow:
        """The row of that number, counted round and round; a lost one if there is none."""
        rows = self.tables[table]
        return rows[number % len(rows)] if rows else dict.fromkeys(oracle.INPUT_COLUMNS[table])

    def correct(self, table: str, number: int, **values: str | None) -> None:
        self.row(table, number).update(values)

    def shift(self, table: str, column: str, number: int, days: int, since: str = "") -> None:
        """Moves a day of a row, or sets it to so many days after another of its days."""
        text = self.row(table, number)[since or column]
        if text is not None:
            moved = date.fromisoformat(text[:10]) + timedelta(days=days)
            self.correct(table, number, **{column: moved.isoformat() + text[10:]})

    def delete(self, table: str, number: int) -> None:
        if self.tables[table]:
            del self.tables[table][number % len(self.tables[table])]

    def repeat(self, table: str, number: int) -> None:
        if self.tables[table]:
            self.tables[table].append(dict(self.row(table, number)))

    def acquire(self, customer: str, offset: int) -> None:
        """Adds a customer, or moves its acquisition date."""
        self.leave(customer)
        self.tables["customers"].append(
            {
                "customer_id": customer,
                "acquisition_date": day(offset),
                "region": "EMEA",
                "industry": "Retail",
            }
        )

    def leave(self, customer: str) -> None:
        """Removes a customer; its rows stay behind and belong to nobody."""
        customers = self.tables["customers"]
        self.tables["customers"] = [row for row in customers if row["customer_id"] != customer]

    def empty(self, *tables: str) -> None:
        for table in tables:
            self._emptied[table] = self.tables[table]
            self.tables[table] = []

    def refill(self) -> None:
        """Puts back what ``empty`` took."""
        self.tables |= self._emptied
        self._emptied = {}

    def set(self, **settings: object) -> None:
        self.settings |= settings

    def delete_by_hand(self, condition: str) -> None:
        self.by_hand = f"delete from customer_daily_metrics where {condition}"

    def end_step(self) -> None:
        """Forgets what concerns one build only."""
        self.by_hand = ""
        self.settings.pop("rebuild_from", None)


# --- two files, built in two ways --------------------------------------------------------------


@cache
def _parsed() -> Manifest:
    """The project as parsed for input files; every database in this file is world.duckdb."""
    with tempfile.TemporaryDirectory() as scratch:
        return harness.parsed(Path(scratch) / "world.duckdb", {"data_dir": "any"})


@pytest.fixture(scope="module", autouse=True)
def _frozen() -> Iterator[None]:
    _parsed()
    with harness.nothing_to_collect():
        yield


@dataclass(frozen=True)
class Twins:
    """A file that is built incrementally, and one that is always fully refreshed."""

    folder: Path
    manifest: Manifest
    project: Path = harness.ROOT

    @property
    def built(self) -> Path:
        return self.folder / "built" / "world.duckdb"

    @property
    def refreshed(self) -> Path:
        return self.folder / "refreshed" / "world.duckdb"

    def build(self, world: World, *, complete: bool = False) -> list[str]:
        """What dbt says; ``complete`` runs the tests as well."""
        if world.by_hand:
            with duckdb.connect(str(self.built)) as connection:
                connection.execute(world.by_hand)
        return self._dbt(self.built, world, [] if complete else WITHOUT_TESTS)

    def refresh(self, world: World) -> None:
        self._dbt(self.refreshed, world, ["--full-refresh", *WITHOUT_TESTS])

    def step(self, world: World, *, complete: bool = False) -> list[str]:
        messages = self.build(world, complete=complete)
        self.refresh(world)
        world.end_step()
        return messages

    def _dbt(self, db: Path, world: World, options: Iterable[str]) -> list[str]:
        db.parent.mkdir(parents=True, exist_ok=True)
        worlds.write_csv(world.tables, self.folder / "inputs")
        return harness.said_by_dbt(
            *("build", *options),
            db=db,
            target=self.folder,
            project=self.project,
            vars={"data_dir": str(self.folder / "inputs")} | world.settings,
            manifest=self.manifest,
        )

    def difference(self) -> str | None:
        """Which rows only one of the files has, or None."""
        with harness.attached(built=self.built, refreshed=self.refreshed) as connection:
            for table in TABLES:
                rows = [
                    connection.sql(f"{query} limit {harness.MAX_SHOWN}").fetchall()
                    for query in (
                        f"from built.{table} except all from refreshed.{table}",
                        f"from refreshed.{table} except all from built.{table}",
                        f"select (select count(*) from built.{table}) as built,"
                        f" (select count(*) from refreshed.{table}) as refreshed"
                        " where built <> refreshed",
                    )
                ]
                if any(rows):
                    return f"{table}: {self._explained(table) or rows}"
        return None

    def _explained(self, table: str) -> str | None:
        if table not in KEYS:
            return None
        actual, expected = (harness.read_table(db, table) for db in (self.built, self.refreshed))
        try:
            harness.assert_same_table(actual, expected, KEYS[table])
        except AssertionError as error:
            return str(error)
        return None

    def layout(self) -> tuple[list[tuple[object, ...]], ...]:
        """Where the rows of customer_daily_metrics are: blocks and row ids."""
        with duckdb.connect(str(self.built), read_only=True) as connection:
            return tuple(
                connection.sql(query).fetchall()
                for query in (
                    "pragma storage_info('customer_daily_metrics')",
                    "select rowid, record_key from customer_daily_metrics order by rowid",
                )
            )


# --- the walk ----------------------------------------------------------------------------------

NOTHING = "nothing changed"
EVERYTHING = "rebuilding every day: a setting or the logic changed"


def rebuilt(first: int, last: int) -> str:
    return f"rebuilding {day(first)} … {day(last)}: "


def removed(first: int) -> str:
    return f"removing every day from {day(first)} on: "


class Step(NamedTuple):
    """A change, and how the log line about the rebuild begins."""

    name: str
    change: Callable[[World], object]
    expected: str
    complete: bool = False


def _add_a_day(world: World) -> None:
    for table, customer in (
        ("login_events", "A"),
        ("support_tickets", "B"),
        ("subscriptions", "C"),
    ):
        world.add(table, customer, 325)


def _delete_rows(world: World) -> None:
    # the only rows of their days: C's, from day 150, and B's, from day 169 and 175
    for table, number in (("subscriptions", 6), ("support_tickets", 13), ("login_events", 25)):
        world.delete(table, number)


def _repeat_rows(world: World) -> None:
    for table in ("customers", "login_events", "support_tickets"):
        world.repeat(table, 1)


WALK = (
    Step("first build", lambda world: None, "rebuilding every day: first build", complete=True),
    Step("nothing", lambda world: None, NOTHING),
    Step("three days later", _add_a_day, rebuilt(323, 325)),
    # the last day on which A's login of day 28 is among the 90 days before the last 90
    Step("late login", lambda world: world.add("login_events", "A", 207), rebuilt(207, 325)),
    Step(
        "login 400 days late",
        lambda world: world.add("login_events", "B", -75),
        rebuilt(-75, 325),
    ),
    Step(
        "ticket re-categorised",
        lambda world: world.correct("support_tickets", 4, ticket_category="feature request"),
        rebuilt(52, 325),
    ),
    # T12 was closed on day 159
    Step(
        "ticket re-opened",
        lambda world: world.correct("support_tickets", 12, status="open"),
        rebuilt(159, 325),
    ),
    Step(
        "ticket closed",
        lambda world: world.correct("support_tickets", 9, status="closed", closed_date=day(200)),
        rebuilt(200, 325),
    ),
    Step(
        "subscription end-dated",
        lambda world: world.correct("subscriptions", 9, end_date=day(260)),
        rebuilt(261, 325),
    ),
    Step(
        "arr corrected",
        lambda world: world.correct("subscriptions", 8, arr="99.99"),
        rebuilt(200, 325),
    ),
    # from day 168 to day 183
    Step(
        "login moved",
        lambda world: world.shift("login_events", "login_timestamp", 24, 15),
        rebuilt(168, 325),
    ),
    Step(
        "user type corrected",
        lambda world: world.correct("login_events", 28, user_type="robot"),
        rebuilt(196, 325),
    ),
    Step("rows deleted", _delete_rows, rebuilt(150, 325)),
    Step("rows repeated", _repeat_rows, NOTHING),
    Step("region corrected", lambda world: world.correct("customers", 0, region="APAC"), NOTHING),
    Step("customer leaves", lambda world: world.leave("B"), rebuilt(-75, 325)),
    Step("customer is back", lambda world: world.acquire("B", 40), rebuilt(-75, 325)),
    # D's first login was on day 21 and its last one on day 329
    Step(
        "unknown customer arrives",
        lambda world: world.acquire("D", 120),
        rebuilt(21, 329),
        complete=True,
    ),
    Step("acquired earlier", lambda world: world.acquire("C", 100), rebuilt(100, 329)),
    Step("acquired later", lambda world: world.acquire("A", 30), rebuilt(10, 329)),
    Step("old customer", lambda world: world.acquire("E", 60), rebuilt(60, 329)),
    Step("customer without rows leaves", lambda world: world.leave("E"), rebuilt(60, 329)),
    Step("as_of_date back", lambda world: world.set(as_of_date=day(250)), removed(251)),
    Step("as_of_date forward", lambda world: world.set(as_of_date=day(340)), rebuilt(251, 340)),
    Step("as_of_date unset", lambda world: world.set(as_of_date=None), removed(330)),
    Step("weights", lambda world: world.set(risk_weights={"arr": 0.5, "logins": 3}), EVERYTHING),
    Step("threshold", lambda world: world.set(high_aging_ticket_threshold=1), EVERYTHING),
    # A's login of day 0 was on the day before
    Step(
        "time zone",
        lambda world: world.set(reporting_timezone="America/New_York"),
        rebuilt(-1, 329),
    ),
    # B's first subscription ended on day 75
    Step(
        "end date rule",
        lambda world: world.set(subscription_end_date_is_inclusive=False),
        rebuilt(75, 329),
    ),
    Step("rebuild_from", lambda world: world.set(rebuild_from=day(300)), rebuilt(300, 329)),
    Step("no logins", lambda world: world.empty("login_events"), rebuilt(-75, 325)),
    Step("logins are back", lambda world: world.refill(), rebuilt(-75, 329)),
    Step("no rows at all", lambda world: world.empty(*oracle.INPUT_COLUMNS), removed(-75)),
    Step("all rows are back", lambda world: world.refill(), rebuilt(-75, 329)),
    Step(
        "rows deleted by hand",
        lambda world: world.delete_by_hand(f"customer_id = 'A' and date = '{day(200)}'"),
        rebuilt(200, 329),
        complete=True,
    ),
)


def _said(messages: Iterable[str]) -> str:
    start = "customer_daily_metrics: "
    (line,) = [message for message in messages if message.startswith(start)]
    return line.removeprefix(start)


def test_walk(tmp_path: Path) -> None:
    twins = Twins(tmp_path, _parsed())
    world = World()
    layout = None
    write = re.compile(r'(insert into|delete from) \S+\."customer_daily_metrics"\s')
    for name, change, expected, complete in WALK:
        change(world)
        messages = twins.step(world, complete=complete)
        assert twins.difference() is None, f"{name}: {twins.difference()}"
        assert _said(messages).startswith(expected), name
        written = any(write.search(message) for message in messages)
        assert written == (expected not in (NOTHING, EVERYTHING)), name
        before, layout = layout, twins.layout()
        assert (layout == before) == (expected == NOTHING), name


# --- random changes ----------------------------------------------------------------------------

DAYS = st.integers(-50, 450).map(day)
SETTINGS = st.one_of(
    st.sampled_from(
        (
            {"risk_weights": {"products": 2, "arr": 0.5, "logins": 0}},
            {"risk_weights": {}},
            {"high_aging_ticket_threshold": 0},
            {"high_aging_ticket_threshold": 3},
            {"reporting_timezone": "America/New_York"},
            {"reporting_timezone": "UTC"},
            {"subscription_end_date_is_inclusive": False},
            {"subscription_end_date_is_inclusive": True},
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
    """Any change after any other one; what fails is printed as calls, which can be pasted."""

    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.twins = Twins(Path(self.folder.name), _parsed())
        self.world = World()
        # Otherwise each sequence does without some of the rules, and a few sequences without most.
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

    # The first sequence is nothing but this: the simplest rule, again and again.
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

    # what ends before it began is rejected
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


def test_random_changes() -> None:
    Changes.steps = 0
    run_state_machine_as_test(
        Changes,
        # Hypothesis likes to end a sequence early, to have tried that too.
        _min_steps=STEPS_PER_EXAMPLE - 1,
        settings=hypothesis_settings(
            max_examples=-(-int(STEPS or 64) // STEPS_PER_EXAMPLE),
            stateful_step_count=STEPS_PER_EXAMPLE,
            deadline=None,
            # The same changes on every run, unless somebody asks for a number of new ones.
            derandomize=STEPS is None,
            database=None,
            print_blob=True,
            # To shrink would take hours; what failed is printed as it was.
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Changes.steps >= int(STEPS or 60)


# --- mutants -----------------------------------------------------------------------------------


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
           "sum({{ customer_health.row_hash(['records.record', 'customers.customer_id is not "
           "null']) }})",
           "count(*)", "user type corrected"),
    Mutant("logins of strangers who become customers stay rejected", _RAW,
           "'records.record', 'customers.customer_id is not null'", "'records.record'",
           "customer is back"),
    Mutant("logins are cleaned twice", _RAW, "delete from {{ this }}\n    where",
           "delete from {{ this }}\n    where false and", "user type corrected"),
    Mutant("logins that are gone stay", _RAW, "select date from cleaned_by_last_build",
           "select date from cleaned_by_last_build where false", "rows deleted"),
)
# fmt: on


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harness.copy_project(tmp_path_factory.mktemp("exactness") / "project")


def _twins(project: Path, folder: Path) -> Twins:
    """Twins of the project as it is now."""
    result = harness.invoke_dbt(
        "parse",
        db=folder / "world.duckdb",
        target=project.parent,
        project=project,
        vars={"data_dir": "any"},
    )
    assert result.success
    return Twins(folder, result.result, project)


def _walk(twins: Twins, first: str, last: str) -> None:
    """Builds what was there before the first of these steps, and then walks to the last one."""
    names = [step.name for step in WALK]
    world = World()
    for step in WALK[: names.index(first)]:
        step.change(world)
        world.end_step()
    twins.build(world)
    for step in WALK[names.index(first) : names.index(last) + 1]:
        step.change(world)
        twins.step(world)


def test_without_a_mutant_a_part_of_the_walk_is_exact(project: Path, tmp_path: Path) -> None:
    twins = _twins(project, tmp_path)
    _walk(twins, "late login", "late login")
    assert twins.difference() is None


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_mutant_is_noticed(mutant: Mutant, project: Path, tmp_path: Path) -> None:
    with harness.mutated(project / mutant.file, mutant.old, mutant.new):
        twins = _twins(project, tmp_path)
    _walk(twins, mutant.since or mutant.step, mutant.step)
    assert twins.difference() is not None
