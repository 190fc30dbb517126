"""A world that changes step by step, and two databases built from it in two ways.

One is built incrementally through one change after the other, the other is fully refreshed each
time. The steps of the walk make each kind of change once, and know where the rebuild has to start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import harness
import input_files
import oracle
import random_inputs
from harness import Dbt

KEYS = {
    name: harness.KEYS[name]
    for name in (
        "customer_daily_metrics",
        "customers_enriched",
        "risk_score_outcomes",
    )
}
# Tables that builds do not fully rebuild, and what depends on them.
TABLES = ("main_staging.base_login_events", "rejected_records", *KEYS)
WITHOUT_TESTS = [
    part for kind in ("seed", "test", "unit_test") for part in ("--exclude-resource-type", kind)
]

# --- what can change -------------------------------------------------------------------------


def day(offset: int) -> str:
    return (random_inputs.BASE_DAY + timedelta(days=offset)).isoformat()


class World:
    """Raw rows and settings, and the operations on them; days are offsets from ``BASE_DAY``.

    In the beginning D is unknown, with a login on the last day, 329; the newest day that counts is
    C's login on 322.
    """

    def __init__(self) -> None:
        self.tables: input_files.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
        self.settings: dict[str, object] = {}
        self.last_offset = 0
        self.by_hand = ""
        self._made: Counter[str] = Counter()
        self._emptied: input_files.RawWorld = {}
        for customer, offset in (("A", 10), ("B", 40), ("C", 150)):
            self.acquire(customer, offset)
        for table, count, distance in (
            ("subscriptions", 12, 25),
            ("login_events", 48, 7),
            ("support_tickets", 22, 13),
        ):
            for number in range(count):
                self.add(table, "ABCD"[number % 4], distance * number)
        # a clock that is ahead must not matter
        self.correct("login_events", self.add("login_events", "A", 0), login_timestamp="2999-01-01")

    def add(self, table: str, customer: str, offset: int) -> int:
        """Adds a row with values derived from its number; returns the number."""
        made = self._made[table]
        self._made[table] += 1
        row: input_files.RawRow
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

    def row(self, table: str, number: int) -> input_files.RawRow:
        """The row of that number, modulo the rows; an unrelated one if there are none."""
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

    def repeat_on_another_day(self, table: str, column: str, number: int, days: int) -> None:
        """Repeats a row with one of its days moved."""
        self.repeat(table, number)
        self.shift(table, column, -1, days)

    def give_ids(self, table: str, column: str) -> None:
        """Each row gets an id of its own, whether it had one or not."""
        for number, row in enumerate(self.tables[table]):
            row[column] = str(number)

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
        """Removes a customer; its other rows stay and become orphans."""
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


# --- two files, built in two ways ----------------------------------------------


@dataclass(frozen=True)
class Twins:
    """A file that is built incrementally, and one that is always fully refreshed.

    ``only`` are the tables that are built and compared, and what they are made of; without it, all.
    """

    folder: Path
    dbt: Dbt
    only: tuple[str, ...] = ()

    @property
    def built(self) -> Path:
        return self.folder / "built" / "customer_health.duckdb"

    @property
    def refreshed(self) -> Path:
        return self.folder / "refreshed" / "customer_health.duckdb"

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
        input_files.write_csv(world.tables, self.folder / "inputs")
        vars = {"data_dir": str(self.folder / "inputs")} | world.settings
        chosen = ("--select", *(f"+{table}" for table in self.only)) if self.only else ()
        return self.dbt("build", *chosen, *options, db=db, **vars).messages

    def difference(self) -> str | None:
        """Rows that only one of the files has, or None."""
        with harness.attached(built=self.built, refreshed=self.refreshed) as connection:
            for table in self.only or TABLES:
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


# Ten days later, and standard users become advanced ones when there are 53 rows.
LOGINS_BY_EXPRESSIONS = {
    "login_timestamp": {
        "expression": "cast(substring(login_timestamp, 1, 10) as date) + interval 10 day -- late"
    },
    "user_type": {
        "expression": "case when user_type <> 'standard' then user_type"
        " when count(*) over () >= 53 then 'advanced' else 'standard' end"
    },
}


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
    Step("outcome_days", lambda world: world.set(outcome_days=30), NOTHING),
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
    Step(
        "logins by expressions",
        lambda world: world.set(column_map={"login_events": LOGINS_BY_EXPRESSIONS}),
        rebuilt(-75, 339),
    ),
    Step(
        "login that an expression for others looks at",
        lambda world: world.add("login_events", "A", 300),
        rebuilt(66, 339),
        complete=True,
    ),
    Step(
        "logins by a constant",
        lambda world: world.set(column_map={"login_events": {"user_type": {"value": "admin"}}}),
        rebuilt(-75, 329),
    ),
    Step("logins as they are", lambda world: world.set(column_map={}), rebuilt(-75, 329)),
    Step("closed statuses", lambda world: world.set(closed_statuses=["open"]), rebuilt(3, 329)),
    Step(
        "ignored statuses",
        lambda world: world.set(ignored_ticket_statuses=["On-Hold "]),
        rebuilt(104, 329),
    ),
    Step("subscription repeated", lambda world: world.repeat("subscriptions", 8), NOTHING),
    # with an id each, they are two
    Step(
        "subscription ids",
        lambda world: world.give_ids("subscriptions", "subscription_id"),
        rebuilt(225, 329),
    ),
    Step(
        "subscription changes",
        lambda world: world.correct("subscriptions", -1, subscription_id="8", arr="777"),
        rebuilt(225, 329),
    ),
    # so are the two of day 7 that "rows repeated" made of one
    Step(
        "event ids",
        lambda world: world.give_ids("login_events", "event_id"),
        rebuilt(7, 329),
    ),
    # the login of day 182 is one of day 172
    Step(
        "event on an earlier day",
        lambda world: world.repeat_on_another_day("login_events", "login_timestamp", 25, -10),
        rebuilt(172, 329),
    ),
    Step(
        "event on a later day",
        lambda world: world.repeat_on_another_day("login_events", "login_timestamp", 26, 10),
        NOTHING,
    ),
    Step(
        "earlier event is gone",
        lambda world: world.delete("login_events", -2),
        rebuilt(172, 329),
    ),
    Step(
        "event of another day",
        lambda world: world.correct("login_events", 26, event_id="25"),
        rebuilt(189, 329),
        complete=True,
    ),
)
