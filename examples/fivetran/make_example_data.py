"""Writes the package's seeds to warehouse.duckdb in the form of Fivetran's tables.

Schemas stripe, zendesk, segment, hubspot and crosswalk. They also have rows that no metric may
count: trials, unpaid first invoices, test mode, deleted tickets, repeated events.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parents[1] / "seeds"

Row = dict[str, Any]
Seeds = Mapping[str, Sequence[Mapping[str, str]]]

TIME = "timestamptz"
FOREVER = datetime(9999, 12, 31, 23, 59, 59, 999000)
# Load date of the tables, after everything in the seeds.
TODAY = datetime(2026, 1, 1, 4)

# All columns, because one may be null in all rows.
TABLES: Mapping[str, Mapping[str, str]] = {
    "stripe.customer": {
        "id": "text",
        "created": TIME,
        "name": "text",
        "currency": "text",
        "metadata": "text",
        "livemode": "boolean",
        "is_deleted": "boolean",
    },
    "stripe.subscription_history": {
        "id": "text",
        "_fivetran_start": TIME,
        "_fivetran_end": TIME,
        "_fivetran_active": "boolean",
        "customer_id": "text",
        "status": "text",
        "created": TIME,
        "start_date": TIME,
        "trial_start": TIME,
        "trial_end": TIME,
        "cancel_at": TIME,
        "canceled_at": TIME,
        "ended_at": TIME,
        "pause_collection_behavior": "text",
        "livemode": "boolean",
    },
    "stripe.subscription_item": {
        "id": "text",
        "subscription_id": "text",
        "plan_id": "text",
        "quantity": "bigint",
        "created": TIME,
    },
    "stripe.price": {
        "id": "text",
        "product_id": "text",
        "currency": "text",
        "type": "text",
        "billing_scheme": "text",
        "unit_amount": "bigint",
        "unit_amount_decimal": "text",
        "recurring_interval": "text",
        "recurring_interval_count": "bigint",
        "recurring_usage_type": "text",
        "livemode": "boolean",
    },
    "zendesk.ticket": {
        "id": "bigint",
        "organization_id": "bigint",
        "subject": "text",
        "status": "text",
        "type": "text",
        "created_at": TIME,
        "updated_at": TIME,
        "_fivetran_deleted": "boolean",
    },
    "zendesk.ticket_field_history": {
        "ticket_id": "bigint",
        "field_name": "text",
        "updated": TIME,
        "value": "text",
    },
    "segment.logged_in": {
        "id": "text",
        "user_id": "text",
        "context_group_id": "text",
        "event": "text",
        "timestamp": TIME,
        "received_at": TIME,
    },
    "segment.identifies": {
        "id": "text",
        "user_id": "text",
        "user_type": "text",
        "timestamp": TIME,
    },
    "hubspot.company": {
        "id": "bigint",
        "property_name": "text",
        "property_createdate": TIME,
        "property_lifecyclestage": "text",
        "property_hs_lifecyclestage_customer_date": TIME,
        "property_region": "text",
        "property_industry": "text",
        "is_deleted": "boolean",
    },
    "hubspot.ticket": {
        "id": "bigint",
        "property_subject": "text",
        "property_hs_pipeline_stage": "text",
        "property_hs_ticket_category": "text",
        "property_createdate": TIME,
        "property_closed_date": TIME,
        "property_hs_lastmodifieddate": TIME,
        "_fivetran_deleted": "boolean",
    },
    "hubspot.ticket_company": {
        "ticket_id": "bigint",
        "company_id": "bigint",
        "category": "text",
        "type_id": "bigint",
    },
    "hubspot.ticket_pipeline_stage": {
        "stage_id": "text",
        "label": "text",
        "ticket_state": "text",
    },
    "crosswalk.customer_ids": {
        "system": "text",
        "source_id": "text",
        "customer_id": "text",
    },
}

# An interval, how many of it a payment is for, and how many payments make a year.
INTERVALS = (
    ("week", 1, Fraction(52)),
    ("day", 1, Fraction(365)),
    ("month", 1, Fraction(12)),
    ("month", 3, Fraction(4)),
    ("month", 6, Fraction(2)),
    ("year", 1, Fraction(1)),
    ("year", 2, Fraction(1, 2)),
)


@dataclass
class Tables:
    """The rows of all tables, and the random numbers behind them."""

    random: random.Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})

    def add(self, table: str, **row: object) -> None:
        """One row; columns that are not named are null."""
        assert set(row) <= set(TABLES[table]), set(row) - set(TABLES[table])
        self.rows[table].append(row)

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.random.random() < share

    def time_of(self, day: date) -> datetime:
        """A random time of a day, sometimes midnight."""
        seconds = 0 if self.chance(0.1) else self.random.randrange(86_400)
        return datetime.combine(day, time()) + timedelta(seconds=seconds)


def read_seeds(folder: Path) -> Seeds:
    """The four inputs as texts."""
    tables = ("customers", "subscriptions", "login_events", "support_tickets")
    seeds = {}
    for table in tables:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            seeds[table] = list(csv.DictReader(file))
    return seeds


def number_of(customer_id: str) -> int:
    """The digits of an id."""
    return int(customer_id[1:])


def stripe_id(customer_id: str) -> str:
    """The customer in Stripe."""
    return f"cus_{number_of(customer_id):06d}"


def organization_id(customer_id: str) -> int:
    """The organization in Zendesk."""
    return 360_000 + number_of(customer_id)


def group_id(customer_id: str) -> str:
    """The group in Segment."""
    return f"workspace-{number_of(customer_id)}"


def company_id(customer_id: str) -> int:
    """The company in HubSpot."""
    return 900_000 + number_of(customer_id)


def add_customers(tables: Tables, seeds: Seeds) -> None:
    """Stripe customers, HubSpot companies, and the crosswalk."""
    for customer in seeds["customers"]:
        key, number = customer["customer_id"], number_of(customer["customer_id"])
        acquired = tables.time_of(date.fromisoformat(customer["acquisition_date"]))
        metadata = {"region": customer["region"], "industry": customer["industry"]}
        shared = {"name": f"Company {number}", "currency": "usd", "is_deleted": False}
        tables.add(
            "stripe.customer",
            id=stripe_id(key),
            created=acquired,
            metadata=json.dumps(metadata),
            livemode=True,
            **shared,
        )
        ids = {
            "stripe": [stripe_id(key)],
            "zendesk": [str(organization_id(key))],
            "segment": [group_id(key)],
            "hubspot": [str(company_id(key))],
        }
        if number % 40 == 0:
            # a second account of the same company; the first one has the acquisition date
            ids["stripe"].append(f"{stripe_id(key)}b")
            tables.add(
                "stripe.customer",
                id=ids["stripe"][-1],
                created=acquired + timedelta(days=40),
                metadata="{}",
                livemode=True,
                **shared,
            )
        if number % 25 == 0:
            # an id of test mode
            tables.add(
                "stripe.customer",
                id=f"cus_test{number}",
                created=acquired - timedelta(days=90),
                livemode=False,
                **shared,
            )
        for system, found in ids.items():
            for id in found:
                tables.add("crosswalk.customer_ids", system=system, source_id=id, customer_id=key)
        tables.add(
            "hubspot.company",
            id=company_id(key),
            property_name=f"Company {number}",
            property_createdate=acquired - timedelta(days=tables.random.randrange(200)),
            property_lifecyclestage="customer",
            property_hs_lifecyclestage_customer_date=acquired,
            property_region=customer["region"],
            property_industry=customer["industry"],
            is_deleted=False,
        )
    for number in range(1, 9):
        # leads are not customers yet, merged companies no longer
        tables.add(
            "hubspot.company",
            id=980_000 + number,
            property_name=f"Lead {number}",
            property_createdate=datetime(2025, 3, number),
            property_lifecyclestage="lead" if number % 2 else "customer",
            property_hs_lifecyclestage_customer_date=None if number % 2 else datetime(2025, 5, 1),
            is_deleted=number % 2 == 0,
        )


class Stripe:
    """Subscriptions, with every way in which Stripe marks paid periods."""

    def __init__(self, tables: Tables) -> None:
        """No subscription yet."""
        self.tables = tables
        self.prices: dict[tuple[object, ...], str] = {}
        self.count = 0

    def price(
        self, product: str, interval: str, count: int, amount: int | None, usage: str = "licensed"
    ) -> str:
        """The id of a price, created on first use."""
        key = (product, interval, count, amount, usage)
        if key not in self.prices:
            self.prices[key] = f"price_{len(self.prices) + 1:05d}"
            self.tables.add(
                "stripe.price",
                id=self.prices[key],
                product_id=f"prod_{product}",
                currency="usd",
                type="recurring",
                billing_scheme="per_unit",
                unit_amount=amount,
                unit_amount_decimal=None if amount is None else str(amount),
                recurring_interval=interval,
                recurring_interval_count=count,
                recurring_usage_type=usage,
                livemode=True,
            )
        return self.prices[key]

    def add_items(self, subscription: str, product: str, quantity: int, arr: int) -> None:
        """Items of whole cents that bring exactly the ARR.

        Where it cannot be divided by the quantity, some units cost a cent more than the others.
        """
        rare = (entry for entry in INTERVALS[:2] if (arr * 100 / entry[2]).denominator == 1)
        exact = [entry for entry in INTERVALS if (arr * 100 / entry[2]).denominator == 1]
        interval, count, payments = next(rare, None) or self.tables.random.choice(exact)
        cents, dearer = divmod(int(arr * 100 / payments), quantity)
        units = [(cents, quantity - dearer), (cents + 1, dearer)]
        for number, (amount, share) in enumerate(units, start=1):
            if share:
                price = self.price(product, interval, count, amount)
                self.add_item(subscription, number, price, share)
        if self.tables.chance(0.05):
            # usage of the same product, billed afterwards
            self.add_item(subscription, 9, self.price(product, "month", 1, 1, "metered"), None)

    def add_item(self, subscription: str, number: int, price: str, quantity: int | None) -> None:
        """The items of a subscription."""
        self.tables.add(
            "stripe.subscription_item",
            id=f"si_{subscription.removeprefix('sub_')}{number}",
            subscription_id=subscription,
            plan_id=price,
            quantity=quantity,
        )

    def add_states(
        self,
        customer: str,
        states: Sequence[tuple[datetime, Row]],
        livemode: bool = True,
        **row: Any,
    ) -> str:
        """A subscription with its history: since when, and what is then different."""
        self.count += 1
        id = f"sub_{self.count:05d}"
        for number, (since, change) in enumerate(states):
            row |= change
            last = number == len(states) - 1
            end = FOREVER if last else states[number + 1][0] - timedelta(milliseconds=1)
            self.tables.add(
                "stripe.subscription_history",
                id=id,
                _fivetran_start=since,
                _fivetran_end=end,
                _fivetran_active=last,
                customer_id=customer,
                livemode=livemode,
                **row,
            )
        return id

    def states(self, begin: datetime, ended: datetime | None) -> list[tuple[datetime, Row]]:
        """The history of a subscription that was paid from one moment to another."""
        tables = self.tables
        states: list[tuple[datetime, Row]] = []
        way = tables.random.choice(["paid", "paid", "trial", "late", "interrupted"])
        start = {"created": begin, "start_date": begin}
        if way == "trial":
            began = begin - timedelta(days=14)
            trial = {"created": began, "start_date": began, "trial_start": began}
            states.append((began, {"status": "trialing", **trial, "trial_end": begin}))
            states.append((begin, {"status": "active"}))
        elif way == "late":
            # the first payment came within the day
            states.append(
                (datetime.combine(begin.date(), time()), {"status": "incomplete", **start})
            )
            states.append((datetime.combine(begin.date(), time(23, 59)), {"status": "active"}))
        else:
            states.append((begin, {"status": "active", **start}))
        if way == "interrupted" and (ended is None or ended > begin + timedelta(days=5)):
            # paused, and resumed before the day was over
            noon = datetime.combine(begin.date() + timedelta(days=3), time(12))
            states.append((noon, {"pause_collection_behavior": "void"}))
            states.append((noon + timedelta(hours=3), {"pause_collection_behavior": None}))
        if ended is None:
            return states
        if ended > TODAY:
            known = states[-1][0] + timedelta(hours=12)
            states.append((known, {"cancel_at": ended, "canceled_at": known}))
            return states
        way = tables.random.choice(["cancelled", "cancelled", "paused", "unpaid"])
        if way == "paused":
            # paused for good, which Stripe still calls active
            states.append((ended, {"pause_collection_behavior": "mark_uncollectible"}))
            states.append((ended + timedelta(days=2), {"pause_collection_behavior": "void"}))
        elif way == "unpaid":
            states.append((ended, {"status": "unpaid"}))
            given_up = ended + timedelta(days=21)
            states.append(
                (given_up, {"status": "canceled", "canceled_at": given_up, "ended_at": given_up})
            )
        else:
            states.append((ended, {"status": "canceled", "canceled_at": ended, "ended_at": ended}))
        return states

    def add(self, row: Mapping[str, str]) -> None:
        """A subscription of the seeds."""
        tables, number = self.tables, number_of(row["customer_id"])
        begin = tables.time_of(date.fromisoformat(row["start_date"]))
        ended = None
        if row["end_date"]:
            # seeds have the last day, Stripe the moment after it
            day = date.fromisoformat(row["end_date"]) + timedelta(days=1)
            ended = tables.time_of(day)
        second = "b" if number % 40 == 0 and tables.chance(0.5) else ""
        customer = stripe_id(row["customer_id"]) + second
        id = self.add_states(customer, self.states(begin, ended))
        self.add_items(id, row["product_id"], int(row["quantity"]), int(row["arr"]))

    def add_unpaid(self, customer_id: str, begin: datetime) -> None:
        """Subscriptions without revenue."""
        customer = stripe_id(customer_id)
        start = {"created": begin, "start_date": begin}
        trial = {**start, "trial_start": begin, "trial_end": begin + timedelta(days=14)}
        left = begin + timedelta(days=9)
        over = {"status": "canceled", "canceled_at": left, "ended_at": left}
        ways: list[tuple[bool, list[tuple[datetime, Row]]]] = [
            (True, [(begin, {"status": "trialing", **trial}), (left, over)]),
            (True, [(begin, {"status": "incomplete_expired", **start})]),
            (False, [(begin, {"status": "active", **start})]),
        ]
        livemode, states = self.tables.random.choice(ways)
        id = self.add_states(customer, states, livemode)
        self.add_items(id, "never_paid", 3, 900)


def add_tickets(tables: Tables, seeds: Seeds) -> None:
    """Tickets of Zendesk and of HubSpot."""
    for stage, label, state in (
        ("1", "New", "OPEN"),
        ("2", "Waiting on contact", "OPEN"),
        ("3", "Waiting on us", "OPEN"),
        ("4", "Closed", "CLOSED"),
    ):
        tables.add("hubspot.ticket_pipeline_stage", stage_id=stage, label=label, ticket_state=state)
    for ticket in seeds["support_tickets"]:
        add_ticket(tables, ticket)
    for number, customer in enumerate(seeds["customers"][::4]):
        # deleted tickets count nowhere, however they are marked
        created = tables.time_of(date.fromisoformat(customer["acquisition_date"]))
        tables.add(
            "zendesk.ticket",
            id=8_000_000 + number,
            organization_id=organization_id(customer["customer_id"]),
            subject="Spam",
            status="deleted" if number % 2 else "open",
            type="incident",
            created_at=created,
            updated_at=created,
            _fivetran_deleted=number % 2 == 0,
        )
        add_hubspot_ticket(
            tables,
            8_000_000 + number,
            company_id(customer["customer_id"]),
            created,
            property_hs_pipeline_stage="1",
            _fivetran_deleted=True,
        )


def add_ticket(tables: Tables, ticket: Mapping[str, str]) -> None:
    """One ticket of the seeds, in both systems."""
    number, customer = int(ticket["ticket_id"][1:]), ticket["customer_id"]
    created = datetime.fromisoformat(ticket["created_date"])
    closed = datetime.fromisoformat(ticket["closed_date"]) if ticket["closed_date"] else None
    is_closed = ticket["status"] == "closed"
    changes = [(created, "new")]
    if closed and is_closed and tables.chance(0.2):
        # solved, reopened, solved again
        changes += [
            (created + (closed - created) * part, name)
            for part, name in ((0.3, "solved"), (0.4, "open"))
        ]
    if closed:
        changes.append((closed, "solved"))
    if not is_closed:
        name = "open" if ticket["status"] == "open" else tables.random.choice(["pending", "hold"])
        changes.append(((closed or created) + timedelta(minutes=1), name))
    elif tables.chance(0.5):
        # Zendesk closes tickets some days after they are solved
        changes.append((changes[-1][0] + timedelta(days=4), "closed"))
    history = is_closed and tables.chance(0.05)
    for updated, value in [] if history else changes:
        tables.add(
            "zendesk.ticket_field_history",
            ticket_id=number,
            field_name="status",
            updated=updated,
            value=value,
        )
        tables.add(
            "zendesk.ticket_field_history",
            ticket_id=number,
            field_name="priority",
            updated=updated,
            value="high",
        )
    types = {"bug": "problem", "feature request": "task"}
    tables.add(
        "zendesk.ticket",
        id=number,
        organization_id=organization_id(customer),
        subject=f"Ticket {number}",
        status=changes[-1][1],
        type=types.get(ticket["ticket_category"], ticket["ticket_category"]),
        created_at=created,
        # without history, the only sign of when it was solved
        updated_at=closed
        if history
        else changes[-1][0] + timedelta(hours=tables.random.randrange(50)),
        _fivetran_deleted=False,
    )
    categories = {
        "bug": ["PRODUCT_ISSUE"],
        "incident": ["INCIDENT"],
        "question": ["GENERAL_INQUIRY", "BILLING_ISSUE"],
        "feature request": ["FEATURE_REQUEST"],
    }
    add_hubspot_ticket(
        tables,
        number,
        company_id(customer),
        created,
        property_hs_pipeline_stage="4" if is_closed else tables.random.choice("123"),
        property_hs_ticket_category=tables.random.choice(categories[ticket["ticket_category"]]),
        property_closed_date=closed,
        _fivetran_deleted=False,
    )


def add_hubspot_ticket(
    tables: Tables, id: int, company: int, created: datetime, **row: object
) -> None:
    """A ticket, its company, and sometimes a second company."""
    tables.add(
        "hubspot.ticket",
        id=id,
        property_subject=f"Ticket {id}",
        property_createdate=created,
        property_hs_lastmodifieddate=created + timedelta(days=200),
        **row,
    )
    found = [(company, 26), (company, 339)]
    found += [(900_001, 339)] if id % 7 == 0 and company != 900_001 else []
    for other, type_id in found:
        tables.add(
            "hubspot.ticket_company",
            ticket_id=id,
            company_id=other,
            category="HUBSPOT_DEFINED",
            type_id=type_id,
        )


def add_logins(tables: Tables, seeds: Seeds) -> None:
    """Events, and identify calls whenever a user's type changes."""
    known: dict[str, str] = {}
    logins = sorted(seeds["login_events"], key=lambda row: row["login_timestamp"])
    for number, login in enumerate(logins):
        user, moment = login["user_id"], datetime.fromisoformat(login["login_timestamp"])
        if known.get(user) != login["user_type"]:
            known[user] = login["user_type"]
            tables.add(
                "segment.identifies",
                id=f"identify-{number}",
                user_id=user,
                user_type=known[user],
                timestamp=moment,
            )
        elif tables.chance(0.02):
            # with another trait, or a known value
            trait = tables.random.choice([None, known[user]])
            tables.add(
                "segment.identifies",
                id=f"identify-{number}",
                user_id=user,
                user_type=trait,
                timestamp=moment,
            )
        # some are delivered twice
        for delay in (1, 600) if number % 997 == 0 else (1,):
            tables.add(
                "segment.logged_in",
                id=f"event-{number}",
                user_id=user,
                context_group_id=group_id(login["customer_id"]),
                event="logged_in",
                timestamp=moment,
                received_at=moment + timedelta(seconds=delay),
            )


def make_tables(seeds: Seeds) -> Mapping[str, Sequence[Row]]:
    """The rows of all tables, reproducible."""
    tables = Tables(random.Random(20240116))
    add_customers(tables, seeds)
    stripe = Stripe(tables)
    for subscription in seeds["subscriptions"]:
        stripe.add(subscription)
    for customer in seeds["customers"][::3]:
        acquired = tables.time_of(date.fromisoformat(customer["acquisition_date"]))
        stripe.add_unpaid(customer["customer_id"], acquired)
    add_tickets(tables, seeds)
    add_logins(tables, seeds)
    return tables.rows


def write_tables(rows: Mapping[str, Sequence[Row]], db: Path) -> None:
    """Replaces the tables in a DuckDB file."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(db)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table, columns in TABLES.items():
            file = Path(folder) / f"{table}.csv"
            with file.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(columns))
                writer.writeheader()
                writer.writerows(rows[table])
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(
                f"create or replace table {table} as from read_csv(?, header = true, columns = ?)",
                [str(file), dict(columns)],
            )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, default=HERE / "warehouse.duckdb")
    arguments = parser.parse_args()
    rows = make_tables(read_seeds(SEEDS))
    write_tables(rows, arguments.db)
    for table, found in rows.items():
        print(f"{table:32}{len(found):>8,}")


if __name__ == "__main__":
    main()
