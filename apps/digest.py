"""Writes what to do this week as an HTML file and, beside it, as Markdown for a chat or a mail."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import database
import jinja2
from database import Row

TEMPLATES = Path(__file__).resolve().parent / "templates"
LONGEST_LIST = 15
RENEWAL_DAYS = 90

# The lists, in the order of the analyses of the same questions.
LEFT = """
    select customer_id, lost_arr, last_day_with_arr
    from customer_list
    where has_left_recently
    order by lost_arr desc, customer_id
"""
TO_CALL = """
    select
        customer_id,
        arr_at_stake,
        at_stake_is,
        num_products_90d_ago as products_before,
        num_products as products,
        total_arr_90d_ago as arr_before,
        total_arr as arr,
        num_logins_prev_3m as logins_before,
        num_logins_last_3m as logins,
        num_unique_users_prev_3m as unique_users_before,
        num_unique_users_last_3m as unique_users,
        open_bug_tickets as open_bugs,
        open_incident_tickets as open_incidents,
        tickets_open_14plus_days as aging_tickets
    from customer_list
    where is_to_call
    order by arr_at_stake desc, total_arr desc, customer_id
"""
WORSE = """
    select
        customer_id,
        num_products_a_week_ago as products_before,
        num_products as products,
        total_arr_a_week_ago as arr_before,
        total_arr as arr,
        num_logins_last_3m_a_week_ago as logins_before,
        num_logins_last_3m as logins,
        num_unique_users_last_3m_a_week_ago as unique_users_before,
        num_unique_users_last_3m as unique_users,
        open_bug_tickets_a_week_ago as open_bugs_before,
        open_bug_tickets as open_bugs,
        open_incident_tickets_a_week_ago as open_incidents_before,
        open_incident_tickets as open_incidents,
        tickets_open_14plus_days_a_week_ago as aging_tickets_before,
        tickets_open_14plus_days as aging_tickets
    from customer_week
    where raw_score_change > 0 and change_is = 'real change'
    order by real_change desc, raw_score_change desc, customer_id
"""
SILENT = """
    select customer_id, total_arr, silent_for
    from customer_list
    where is_silent_30
    order by total_arr desc, customer_id
"""
RENEWALS = f"""
    select customer_id, product_id, arr, arr_at_stake, end_date, customer_risk_score
    from upcoming_renewals
    where days_until_end <= {RENEWAL_DAYS} and arr > 0
    order by arr_at_stake desc, end_date, customer_id, product_id
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


def fallen(row: Row) -> list[str]:
    """Values that fell below those of before."""
    return [
        f"{label} {amount(row[f'{name}_before'])} → {amount(row[name])}"
        for name, label in NAMES.items()
        if row[f"{name}_before"] is not None and row[name] < row[f"{name}_before"]
    ]


def tickets(row: Row, *, new: bool = False) -> list[str]:
    """The critical tickets, or the new ones among them."""
    texts = []
    for name, label in TICKETS.items():
        number = row[name] - (row[f"{name}_before"] if new else 0)
        if number > 0:
            first, _, rest = label.partition(" open for")
            noun = first + ("s" if number > 1 else "") + (f" open for{rest}" if rest else "")
            texts.append(f"{number} {'more ' if new else ''}{noun}")
    return texts


class Digest:
    """The contents of a digest, from the database of the last build.

    ``owner`` leaves out all customers but those with this attribute.  Exits with one line if there
    are no owners, or none of this name.
    """

    def __init__(self, connection: database.Connection, owner: str | None) -> None:
        """Exits with one line if there is no such owner."""
        self.connection = connection
        [[self.day]] = connection.execute(
            "select max(last_metrics_date) from customers_enriched"
        ).fetchall()
        [[currency, self.stale_after_days]] = connection.execute(
            "select currency, stale_after_days from display_settings"
        ).fetchall()
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
        return database.records(self.connection, query)

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
        rows = self._own(LEFT)
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
        rows = self._own(TO_CALL)
        at_stake = rows[0]["at_stake_is"] if rows else ""
        return self._section(
            "Whom to call this week",
            f"Paying customers, by {at_stake}; changes are those of 90 days.",
            {
                "Customer": self._name,
                f"ARR{self.unit}": lambda row: amount(row["arr"]),
                at_stake.capitalize() + self.unit: lambda row: amount(row["arr_at_stake"]),
                "Why": lambda row: "; ".join([*fallen(row), *tickets(row)]),
            },
            rows,
            "Nobody is at risk: nothing raises the score of any paying customer.",
        )

    def _worse(self) -> Section:
        rows = self._own(WORSE)
        told = {row["customer_id"]: fallen(row) + tickets(row, new=True) for row in rows}
        return self._section(
            "What got worse within a week",
            "Paying customers, by the rise of their raw score.",
            {
                "Customer": self._name,
                f"ARR{self.unit}": lambda row: amount(row["arr"]),
                "What happened": lambda row: "; ".join(told[row["customer_id"]]),
            },
            [row for row in rows if told[row["customer_id"]]],
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
            self._own(SILENT),
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
        lines = [f"The last day built is {age:,} days ago."] if age > self.stale_after_days else []
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
    """Command line: ``--owner`` and ``--out FILE.html``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owner", help="only the customers with this attribute owner")
    parser.add_argument("--out", type=Path, default=Path("target", "digest.html"))
    chosen = parser.parse_args(arguments)
    if chosen.out.suffix.lower() != ".html":
        sys.exit(f"OUT: {chosen.out} has to end in .html; the Markdown is written beside it.")
    path = database.path_from_environment()
    database.connect(path, "customer_list").close()
    with database.connect(path, "build_results") as connection:
        digest = Digest(connection, chosen.owner)
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
