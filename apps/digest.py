"""Writes what to do this week as an HTML file and, beside it, as Markdown for a chat or a mail."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import answer
import database
import jinja2

TEMPLATES = Path(__file__).resolve().parent / "templates"
ANALYSES = ("left_recently", "customers_at_risk", "worse_this_week", "silent_payers")
LONGEST_LIST = 15
RENEWAL_DAYS = 90
# The day is old news after these many days.
STALE_DAYS = 3

# What the components of the score are made of, 90 days ago and now.
VALUES = """
    select
        customers.customer_id,
        before.num_products as products_before,
        customers.num_products as products,
        before.total_arr as arr_before,
        customers.total_arr as arr,
        customers.num_logins_prev_3m as logins_before,
        customers.num_logins_last_3m as logins,
        customers.num_unique_users_prev_3m as unique_users_before,
        customers.num_unique_users_last_3m as unique_users,
        customers.open_bug_tickets as open_bugs,
        customers.open_incident_tickets as open_incidents,
        customers.tickets_open_14plus_days as aging_tickets
    from customers_enriched as customers
    left join customer_daily_metrics as before
        on before.customer_id = customers.customer_id
        and before.date = customers.last_metrics_date - 90
"""
# The part of what is at stake with a customer that the renewal has of its ARR.
RENEWALS = f"""
    select
        renewals.*,
        round(arr * coalesce(churn_rate, customer_risk_score / 100), 2) as arr_at_stake
    from upcoming_renewals as renewals
    left join customer_outlook as outlook on renewals.customer_id = outlook.customer_id
    where days_until_end <= {RENEWAL_DAYS} and arr > 0
    order by arr_at_stake desc, end_date, renewals.customer_id, product_id
"""
ODD = """
    select source_table || ': ' || count(*) || ' rejected (' || reason || ')'
    from rejected_records group by source_table, reason order by count(*) desc
"""
FAILED = """
    select resource_type || ' ' || name || ': ' || status
    from build_results where status not in ('success', 'pass') order by all
"""
NAMES = {
    "products": "products",
    "arr": "ARR",
    "logins": "logins in 90 days",
    "unique_users": "users in 90 days",
}
TICKETS = {
    "open_incidents": "open incident",
    "open_bugs": "open bug",
    "aging_tickets": "ticket open for two weeks or longer",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A list: its title, a note, the names of its columns, and rows of texts."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def amount(value: object) -> str:
    """A number with thousands separators; - for none."""
    return "-" if value is None else f"{value:,.0f}"


def fallen(row: Row, earlier: str) -> list[str]:
    """Values that fell; ``earlier`` is the suffix of the columns to compare with."""
    return [
        f"{label} {amount(row[name + earlier])} → {amount(row[name])}"
        for name, label in NAMES.items()
        if row[name + earlier] is not None and row[name] < row[name + earlier]
    ]


def tickets(row: Row, earlier: str | None = None) -> list[str]:
    """The critical tickets or, with ``earlier``, the new ones."""
    texts = []
    for name, label in TICKETS.items():
        number = row[name] - (row[name + earlier] if earlier else 0)
        if number > 0:
            first, _, rest = label.partition(" open for")
            noun = first + ("s" if number > 1 else "") + (f" open for{rest}" if rest else "")
            texts.append(f"{number} {'more ' if earlier else ''}{noun}")
    return texts


class Digest:
    """The contents of a digest, from the database of the last build.

    ``owner`` leaves out all customers but those with this attribute.  Exits with one line if there
    are no owners, or none of this name.
    """

    def __init__(
        self, connection: database.Connection, queries: Mapping[str, str], owner: str | None
    ) -> None:
        """``queries`` has the SQL of each of ANALYSES."""
        self.connection = connection
        self.queries = queries
        [[self.day]] = connection.execute(
            "select max(last_metrics_date) from customers_enriched"
        ).fetchall()
        [[currency]] = connection.execute("select currency from display_settings").fetchall()
        self.unit = f" ({currency})" if currency else ""
        self.attributes = {
            row["customer_id"]: row for row in self._rows("from customer_attributes")
        }
        self.owner = owner
        if owner is not None:
            owners = {row.get("owner") for row in self.attributes.values()} - {None}
            if not owners:
                sys.exit(
                    "OWNER needs customers with the attribute owner; build with "
                    "customer_attributes: [owner]."
                )
            if owner not in owners:
                sys.exit(
                    f"OWNER: unknown owner {owner!r}; the owners are {', '.join(sorted(owners))}."
                )

    def _rows(self, query: str) -> list[Row]:
        cursor = self.connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def _own(self, query: str) -> list[Row]:
        """The rows of the owner's customers."""
        return [
            row
            for row in self._rows(query)
            if self.owner is None or self.attributes[row["customer_id"]].get("owner") == self.owner
        ]

    def _name(self, row: Row) -> str:
        name = self.attributes[row["customer_id"]].get("name")
        return f"{name} ({row['customer_id']})" if name else row["customer_id"]

    def _section(
        self,
        title: str,
        note: str,
        columns: Mapping[str, Callable[[Row], str]],
        rows: Sequence[Row],
        nobody: str,
    ) -> Section:
        more = len(rows) - LONGEST_LIST
        note = (note if rows else nobody) + (f" {more:,} more are not shown." if more > 0 else "")
        texts = [[text(row) for text in columns.values()] for row in rows[:LONGEST_LIST]]
        return Section(title, note, list(columns), texts)

    def sections(self) -> list[Section]:
        """All lists, including empty ones."""
        return [self._left(), self._to_call(), self._worse(), self._silent(), self._renewals()]

    def _left(self) -> Section:
        rows = self._own(self.queries["left_recently"])
        lost = sum(row["lost_arr"] for row in rows)
        return self._section(
            "Who left",
            f"{len(rows):,} within the last 90 days, with an ARR of {amount(lost)}.",
            {
                "Customer": self._name,
                f"ARR lost{self.unit}": lambda row: amount(row["lost_arr"]),
                "Last day with ARR": lambda row: str(row["last_day_with_arr"]),
            },
            rows,
            "Nobody within the last 90 days.",
        )

    def _to_call(self) -> Section:
        values = {row["customer_id"]: row for row in self._rows(VALUES)}

        def why(row: Row) -> str:
            known = values[row["customer_id"]]
            return "; ".join([*fallen(known, "_before"), *tickets(known)])

        rows = self._own(self.queries["customers_at_risk"])
        at_stake = rows[0]["at_stake_is"] if rows else ""
        return self._section(
            "Whom to call this week",
            f"Paying customers, by {at_stake}; changes are those of 90 days.",
            {
                "Customer": self._name,
                f"ARR{self.unit}": lambda row: amount(row["total_arr"]),
                at_stake.capitalize() + self.unit: lambda row: amount(row["arr_at_stake"]),
                "Why": why,
            },
            rows,
            "Nobody is at risk: nothing raises the score of any paying customer.",
        )

    def _worse(self) -> Section:
        rows = self._own(self.queries["worse_this_week"])
        real = [row for row in rows if row["what"] == "real change"]
        told = {row["customer_id"]: fallen(row, "_a_week_ago") + tickets(row, "_a_week_ago")
                for row in real}  # fmt: skip
        real = [row for row in real if told[row["customer_id"]]]
        return self._section(
            "What got worse within a week",
            "Paying customers, by the rise of their raw score.",
            {
                "Customer": self._name,
                f"ARR{self.unit}": lambda row: amount(row["arr"]),
                "What happened": lambda row: "; ".join(told[row["customer_id"]]),
            },
            real,
            "Nothing: no paying customer is worse off than a week ago.",
        )

    def _silent(self) -> Section:
        return self._section(
            "Who pays but does not log in",
            "No login for 30 days or more.",
            {
                "Customer": self._name,
                f"ARR{self.unit}": lambda row: amount(row["total_arr"]),
                "Silent": lambda row: row["silent_for"],
            },
            self._own(self.queries["silent_payers"]),
            "Nobody: every paying customer logs in.",
        )

    def _renewals(self) -> Section:
        return self._section(
            "Renewals at risk",
            f"Ending within {RENEWAL_DAYS} days and not renewed yet, by what is at stake.",
            {
                "Customer": self._name,
                "Product": lambda row: row["product_id"],
                f"ARR{self.unit}": lambda row: amount(row["arr"]),
                f"At stake{self.unit}": lambda row: amount(row["arr_at_stake"]),
                "Ends": lambda row: str(row["end_date"]),
                "Score": lambda row: amount(row["customer_risk_score"]),
            },
            self._own(RENEWALS),
            f"Nothing ends within {RENEWAL_DAYS} days.",
        )

    def oddities(self, today: date) -> list[str]:
        """Oddities in the data of all customers, in a line each."""
        age = (today - self.day).days if self.day else 0
        lines = [f"The last day built is {age:,} days ago."] if age > STALE_DAYS else []
        for query in (ODD, FAILED):
            lines += [text for (text,) in self.connection.execute(query).fetchall()]
        return lines


def markdown_text(text: str) -> str:
    """A text escaped for Markdown, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&:@$^=])", r"\\\1", " ".join(str(text).split()))


def render(template: str, digest: Digest, today: date) -> str:
    """The digest by a template: digest.html, where Jinja escapes all texts, or digest.md."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = markdown_text
    return environment.get_template(template).render(
        day=digest.day,
        owner=digest.owner,
        sections=digest.sections(),
        oddities=digest.oddities(today),
    )


def main(arguments: Sequence[str]) -> None:
    """Command line: ``--owner`` and ``--out FILE.html``, and further arguments for dbt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owner", help="only the customers with this attribute owner")
    parser.add_argument("--out", type=Path, default=Path("target", "digest.html"))
    chosen, others = parser.parse_known_args(arguments)
    if chosen.out.suffix.lower() != ".html":
        sys.exit(f"OUT: {chosen.out} has to end in .html; the Markdown is written beside it.")
    path = database.path_from_environment()
    database.connect(path, "upcoming_renewals").close()
    queries = answer.compiled(ANALYSES, others)
    with database.connect(path, "build_results") as connection:
        digest = Digest(connection, queries, chosen.owner)
        texts = {
            chosen.out: render("digest.html", digest, date.today()),
            chosen.out.with_suffix(".md"): render("digest.md", digest, date.today()),
        }
    try:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        sys.exit(f"OUT: {chosen.out} cannot be written: {error.strerror}")
    print(f"Written: {' and '.join(map(str, texts))}")


if __name__ == "__main__":
    main(sys.argv[1:])
