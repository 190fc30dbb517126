"""Hypothesis strategies for small worlds of raw rows, and the texts that they are drawn from.

Most rows are good; the rest have the faults that cleaning must catch.  Days lie within about
a year of ``BASE_DAY``, so every window of 90 days gets entered and left, and the tables stay small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from input_files import RawRow, RawWorld, as_clock, as_date
from oracle import (
    INPUT_COLUMNS,
    OPTIONAL_COLUMNS,
    WEIGHT_NAMES,
    Settings,
    of_table,
)

Draw = st.DrawFn
T = TypeVar("T")

# A leap year, with changes to and from summer time in America within the range.
BASE_DAY = date(2024, 1, 1)
# Distances at which a row enters or leaves a window, or a ticket becomes old, and their neighbours.
TELLING_DISTANCES = (0, 1, 2, 13, 14, 15, 30, 89, 90, 91, 179, 180, 181)
LAST_OFFSET = 365

# Ids that break careless quoting, templating, type guessing or case folding.
AWKWARD_IDS = (
    "C1",
    "c1",
    "O'Brien",
    'say "hi"',
    "a,b",
    "a;b",
    "{{ x }}",
    "{% raw %}",
    "a|b",
    "a-b",
    "%s$1\\",
    "Zoë 漢字",
    "NULL",
    "007",
    "two words",
    "--",
    "1e3",
    "_dbt_utils_surrogate_key_null_",
)
NUMERIC_IDS = ("1", "2", "3", "40")
UNREADABLE_DATES = (
    "01/02/2024",
    "yesterday",
    "2024-02-30",
    "2023-02-29",
    "infinity",
    "2024-1-5",
    "2024-01-05 25:00:00",
    "2024-01-05 12:60",
    "2024-01-05 24:00:00",
    "2024-01-05Z",
    "2024-01-05  10:00",
    "2024-01-05 10:00:00.",
    "2024-01-05 10",
    "epoch",
    "0",
    "",
    None,
    "2024-01-05 10:00:60",
    "2024-01-05 10:00:00.1234567",
    "2024-01-05t10:00",
    "2024-01-05 10:00z",
    "2024-01-05 10:00+5",
    "2024-01-05 10:00+05:60",
    "2024-01-05 10:00+24:00",
    "2024-01-05 10:00+05:45:30",
    "2024-01-05 10:00+",
    "2024-01-05 10:00  Z",
    "2024-01-05 10:00 America/New_York",
    "2024-01-05 10:00 PM",
    "2024-01-05 10:00:00,5",
    "2024-01-05 -01:00",
    "2024-01-05T",
    "2024-01-05\n10:00",
    "2024-01-05 (BC)",
    "+2024-01-05",
    "12024-01-05",
    "２０２４-01-05",  # noqa: RUF001
    "\u00a02024-01-05",
    "-infinity",
    "now",
    "today",
    "2024-W01-1",
    "2024-060",
    "2024-13-01",
    "2024-00-10",
    "2024-01-00",
    "1900-02-29",
    "Jan 5 2024",
    "2024/1/5",
    "2024/01-05",
    "2024.01.05",
    "20240230",
    "18991231",
    "22000101",
    "2024-01-05 UTC",
    "2024-01-05 10:00UTC",
    "2024-01-05 10:00  UTC",
    "2024-01-05 10:00 utc",
    "2024-01-05 24:00 UTC",
    "2024-01-05 -1:00",
    "999999999",
    "1900000000",
    "2031013123",
    "17044128001",
    "170441280012",
    "0704412800123",
    "1704412800.5",
    "-1704412800",
)
# Null in a column of dates or numbers.
NULL_VALUES = ("NULL", " null", "None", "N/A", "n/a", "NA", "nan", "\\N", "NaT", "-", "0000-00-00")
READABLE_DATES = (
    "2024-02-29",
    "2000-02-29",
    "1969-12-31T23:59:59.999999",
    "9999-12-31",
    "2024-01-05 10:00",
    "2024-01-05T10:00:00",
    "2024-01-05 10:00:00.1",
    "2024-01-05 10:00:00.123456",
    "2024-01-05T23:59:59.999999Z",
    "2024-01-05T23:59:59 +05:45",
    "2024-01-05 10:00 +09",
    "2024-01-05 10:00-0330",
    "2024-01-05T00:00-00:00",
    "2024-01-05T00:00:00+15:59",
    " \t2024-01-05\v\f\r\n",
    "2024-01-05 1:00",
    "2024-01-05T9:59:59.5Z",
    "2024-01-05 10:00 UTC",
    "2024/01/05",
    "2024/01/05 7:30:00 +02:00",
    "20240105",
    "19000228",
    "1704412800",
    "1899999999",
    "1704412800999",
)
# Each with times in that format.
DATE_FORMATS = {
    "%d/%m/%Y": ("31/12/2024", "1/2/2024", "31/12/2024 7:30", "01/02/2024T10:00:00.5+02:00"),
    "%m/%d/%Y %I:%M %p": ("12/31/2024 12:05 AM", "1/2/2024 01:05 pm", "01/02/2024 12:00 Pm"),
    "%d.%m.%y": ("31.12.24", "01.02.69", "1.2.68 10:00 UTC"),
    "%B %d, %Y": ("December 31, 2024", "may 1, 2024", "MAY 01, 2024 10:00"),
    "%d-%b-%Y %H:%M:%S": ("31-Dec-2024 23:59:59", "1-jan-2024 1:02:03"),
    "%Y%m%d%H%M%S": ("20241231235959",),
    "%H:%M:%S.%f %d,%m,%Y": ("1:02:03.5 1,2,2024", "23:59:59.999999 31,12,2024"),
    "%Y/%d/%m": ("2024/31/12", "2024/1/02"),
}
# Almost in one of these formats, or in another.
ALMOST_DATES = (
    *("31/12/24", "13/13/2024", "30/02/2024", "0/1/2024", "001/02/2024", "01/02/02024", "1/2/0999"),
    *("12/31/2024", "31/12/2024 24:00", "31/12/2024 1:0", "31/12/2024 ", "31/12/2024 10:00 PM"),
    *("1/2/2024 13:05 PM", "1/2/2024 0:05 AM", "1/2/2024 1:05", "1/2/2024 1:05 XM"),
    *("31.12.2024", "31.12.4", "32.1.24", "Dez 31, 2024", "Dec 31, 2024", "December 31 2024"),
    *("31-December-2024 10:00:00", "1-Jan-2024 10:00", "2024123123595", "202412312359599"),
    *("2024/13/12", "2024/12/31", "20241231", "1704412800", "1704412800123"),
)
UNREADABLE_NUMBERS = (
    "abc",
    "1e3",
    "1,000",
    "€5",
    "nan",
    "inf",
    "1_000",
    "0x10",
    "--1",
    "5.",
    ".5",
    "- 1",
    "10000000000000",
    "",
    None,
    "٣",
    "３",  # noqa: RUF001
    "1 000",
    "5\u00a0",
    "+",
    "-",
    ".",
    "+-3",
    "1.2.3",
    "1,5",
    "1E-3",
    "Infinity",
    "true",
    "null",
    "12345678901234567890123456789012345678901234567890",
)
# Under a decimal comma; with point and comma exchanged, under a decimal point. A number that is
# plain means the same without the setting, so that it is not among them.
READABLE_AMOUNTS = (
    *("1,5", "0,005", "-1,005", "+7,125", "1.234", "1.234,5", "12.345.678,90", "999.999.999.999"),
    *(
        "1 234,5",
        "1\u00a0234,5",
        "1\u202f234\u202f567",
        "1'234,5",
        "1\u2019234",
        "$5",
        "€ 1.234,56",
    ),
    *(
        "5 €",
        "1.234,56\u00a0EUR",
        "USD 5",
        "CHF1'000,50",
        "-€5",
        "€-5",
        "£ -1,50",
        "¥1234",
        " 5 € ",
    ),
)
UNREADABLE_AMOUNTS = (
    *(
        "0.123",
        "00.123",
        "1.23",
        "12.34",
        "1.2345",
        "1.234.56",
        "1234.567",
        ".234",
        "1,2,3",
        "1,234.5",
    ),
    *("1.234 567", "1 234.567", "1'234 567", "1  234", "1,", ",5", "€", "€€5", "€5€", "- 5", "5-"),
    *("(5)", "ABC 5", "5 MIO", "eur 5", "5 EURO", "--5", "-€-5", "1_000", "€  5", "1,5e3"),
)
# Each can be read as an amount, some as a quantity; some have more digits than any decimal type.
READABLE_NUMBERS = (
    "3",
    " 3\n",
    "+3",
    "-3",
    "3.0",
    "0",
    "-0.0",
    "003",
    "00000000000000000000000000000000000000000000003",
    "3.00000000000000000000000000000000000000000000",
    "2147483647.0",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "2.5",
    "1.005",
    "-0.001",
    "-0.005",
    "33.335",
    "1.00499999999999999999999999999999999999999999",
    "1.00500000000000000000000000000000000000000001",
    "999999999999.995",
    "9999999999999.99",
)
TIMES = (
    time(0, 0),
    time(0, 0, 1),
    time(3, 29, 59),
    time(3, 30),
    time(5, 45),
    time(12, 30),
    time(18, 15),
    time(23, 59, 59),
    time(23, 59, 59, 999999),
    time(7, 8, 9, 120000),
)
ZONES = ("Z", " UTC", "+00:00", "+05:45", "-0330", " +09", "+14:00", "-12", " Z", "-05:00")
# Statuses of closed and ignored tickets in help desks.
CLOSED = ("closed", "closed", "closed", "solved", "resolved", "done")
OTHER_STATUSES = ("open", "open", "open", "on-hold", "pending", "deleted", "spam")
RISK_BANDS = (
    {"watch": Decimal(40), "at_risk": Decimal(60)},
    {"watch": Decimal("12.5"), "at_risk": Decimal("99.99")},
    {"watch": Decimal(50), "at_risk": Decimal(50)},
    {"watch": Decimal(0), "at_risk": Decimal(100)},
)
CLOSED_STATUSES = (
    Settings.closed_statuses,
    Settings.closed_statuses,
    (" Closed", "PENDING", "it's \\ done"),
    (),
)
IGNORED_STATUSES = (
    Settings.ignored_ticket_statuses,
    Settings.ignored_ticket_statuses,
    ("Open",),
    (),
)
REPORTING_TIMEZONES = (
    "UTC",
    "Asia/Kathmandu",
    "America/St_Johns",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
)


@dataclass(frozen=True)
class _Style:
    """How clean one table is.

    ``dirt`` 0 means no faults and plain texts of one form, so that typed files occur; ``zoned``
    says whether that form of a timestamp has a zone, ``numbers`` whether it is a number.
    """

    dirt: int
    zoned: bool
    numbers: bool

    def faulty(self, draw: Draw, one_in: int = 20) -> bool:
        return self.dirt > 0 and draw(st.integers(0, one_in - 1)) == one_in - 1


def _often(draw: Draw, usual: Sequence[T], rare: Sequence[T], style: _Style) -> T:
    return draw(st.sampled_from(rare if style.faulty(draw) else usual))


def _padded(draw: Draw, text: str | None, style: _Style) -> str | None:
    if text is None or not style.faulty(draw, 10):
        return text
    left, right = draw(
        st.sampled_from((("", " "), ("  ", ""), ("\t", " "), ("", "\n"), ("", "\r\n"), (" ", "\v")))
    )
    return left + text + right


def _offset(draw: Draw) -> int:
    """Days after BASE_DAY: near the start, at telling distances, or anywhere in the year."""
    return draw(
        st.one_of(
            st.sampled_from(TELLING_DISTANCES),
            st.integers(-200, LAST_OFFSET),
            st.integers(0, 30),
        )
    )


def _day(offset: int) -> date:
    return BASE_DAY + timedelta(days=offset)


def _date_text(draw: Draw, day: date, style: _Style) -> str | None:
    if style.faulty(draw, 30):
        return draw(st.sampled_from(UNREADABLE_DATES + NULL_VALUES))
    if style.faulty(draw, 10) or (style.dirt == 0 and style.numbers):
        return day.strftime(
            draw(st.sampled_from(("%Y%m%d", "%Y/%m/%d"))) if style.dirt else "%Y%m%d"
        )
    if style.faulty(draw):
        return day.isoformat() + draw(
            st.sampled_from((" 00:00:00", "T23:59", "T12:30:00.5", " 23:30:00-05:00", "T00:30+14"))
        )
    return _padded(draw, day.isoformat(), style)


def _moment_text(draw: Draw, day: date, style: _Style) -> str | None:
    if style.faulty(draw, 30):
        return draw(st.sampled_from(UNREADABLE_DATES + NULL_VALUES))
    clock = draw(st.sampled_from(TIMES))
    separator = draw(st.sampled_from((" ", "T")))
    if style.faulty(draw, 10) or (style.dirt == 0 and style.numbers):
        passed = datetime.combine(day, clock) - datetime(1970, 1, 1)
        unit = draw(st.sampled_from((1, 1000))) if style.dirt else 1
        return str(passed // timedelta(milliseconds=unit))
    if style.dirt == 0:
        zone = draw(st.sampled_from(ZONES)) if style.zoned else ""
        return f"{day.isoformat()}{separator}{clock.isoformat()}{zone}"
    form = draw(st.sampled_from(("full", "full", "full", "minutes", "date")))
    if form == "date":
        return _padded(draw, day.isoformat(), style)
    text = clock.isoformat() if form == "full" else clock.isoformat(timespec="minutes")
    if form == "full" and clock.microsecond and draw(st.booleans()):
        text = text.rstrip("0")
    if style.faulty(draw, 10):
        text = text.removeprefix("0")
    zone = draw(st.sampled_from(ZONES)) if draw(st.booleans()) else ""
    return _padded(draw, f"{day.isoformat()}{separator}{text}{zone}", style)


def _case(draw: Draw, text: str, style: _Style) -> str:
    change: Callable[[str], str] = draw(st.sampled_from((str, str, str.upper, str.title)))
    return change(text) if style.dirt else text


def _subscription(draw: Draw, customer_id: str | None, style: _Style) -> RawRow:
    start = _offset(draw)
    length = draw(
        st.one_of(st.none(), st.sampled_from(TELLING_DISTANCES), st.integers(0, 200), st.just(0))
    )
    if style.faulty(draw):
        length = -1
    quantity = _often(draw, ("1", "3", "2147483647"), ("0", "-2", "2147483648", "2.5"), style)
    arr = draw(
        st.one_of(
            st.sampled_from(("1200", "0", "0.01", "100.00", "999.99", "1234567890.12", "33.335")),
            st.integers(0, 10_000).map(str),
            st.decimals(0, 5000, places=2).map(str),
        )
    )
    arr = _often(draw, (arr,), ("-1", "-0.001", "-0.005", "0.005", "1.005", "+7.125"), style)
    if style.faulty(draw):
        quantity = draw(
            st.sampled_from(("3.0", "+3", " 3 ", "003", *UNREADABLE_NUMBERS, *NULL_VALUES))
        )
    if style.faulty(draw):
        arr = draw(st.sampled_from((f" {arr}", f"00{arr.lstrip('+-')}", *UNREADABLE_NUMBERS)))
    end_date = _often(draw, (None,), NULL_VALUES, style)
    if length is not None:
        end_date = _date_text(draw, _day(start + length), style)
    return {
        "customer_id": _padded(draw, customer_id, style),
        "product_id": _often(draw, ("P1", "P2", "p1", "P 3"), (None, "", " P1 "), style),
        "quantity": quantity,
        "start_date": _date_text(draw, _day(start), style),
        "end_date": end_date,
        "arr": arr,
    }


def _login(draw: Draw, customer_id: str | None, style: _Style) -> RawRow:
    user_type = draw(st.sampled_from(("admin", "advanced", "standard", "standard")))
    return {
        "user_id": _padded(
            draw, _often(draw, ("u1", "u2", "U1"), (None, "", "u,1", "ü'"), style), style
        ),
        "customer_id": _padded(draw, customer_id, style),
        "user_type": _padded(
            draw, _often(draw, (_case(draw, user_type, style),), ("robot", "", None), style), style
        ),
        "login_timestamp": _moment_text(draw, _day(_offset(draw)), style),
    }


def _ticket(draw: Draw, customer_id: str | None, number: int, style: _Style) -> RawRow:
    created = _offset(draw)
    status = draw(st.sampled_from(draw(st.sampled_from((CLOSED, OTHER_STATUSES)))))
    # an open ticket with a closed_date was reopened; a closed one without is an error of the loader
    has_closed = draw(st.integers(0, 9)) < (8 if status in CLOSED else 2)
    taken = draw(st.sampled_from((*TELLING_DISTANCES, 5, 200)))
    if style.faulty(draw, 30):
        taken = -1
    category = draw(st.sampled_from(("bug", "incident", "question", "feature request")))
    created_text = _moment_text(draw, _day(created), style)
    closed_text = None
    if has_closed:
        # closed on the day of its creation: mostly at the same moment, else at any time of the day
        same = taken == 0 and draw(st.integers(0, 3)) < 3
        closed_text = created_text if same else _moment_text(draw, _day(created + taken), style)
    return {
        "ticket_id": _padded(
            draw, _often(draw, (f"T{number}",), ("T0", "T1", None, "", "T'\";{}"), style), style
        ),
        "customer_id": _padded(draw, customer_id, style),
        "status": _padded(
            draw, _often(draw, (_case(draw, status, style),), ("new", "", None), style), style
        ),
        "created_date": created_text,
        "ticket_category": _padded(
            draw,
            _often(draw, (_case(draw, category, style),), ("billing", "", None, "bugs"), style),
            style,
        ),
        "closed_date": closed_text,
    }


def _style(draw: Draw) -> _Style:
    return _Style(
        dirt=draw(st.sampled_from((1, 1, 0))),
        zoned=draw(st.booleans()),
        numbers=draw(st.sampled_from((False, False, True))),
    )


def _with_repeats(
    rows: list[RawRow], draw: Draw, style: _Style, keys: Sequence[str]
) -> list[RawRow]:
    """The rows, and some of them again: as they are or with one column outside the key changed."""
    again = []
    for row in rows:
        if not style.faulty(draw, 8):
            continue
        copy = dict(row)
        others = [column for column in row if column not in keys]
        if others and draw(st.booleans()):
            column = draw(st.sampled_from(others))
            copy[column] = draw(st.sampled_from([other[column] for other in rows]))
        again.append(copy)
    return rows + again


def _add_optional_columns(
    rows: list[RawRow], table: str, draw: Draw, style: _Style, numeric: bool
) -> tuple[str, ...]:
    """Gives all rows the same of the optional columns, or none; returns which."""
    chosen = tuple(name for name in OPTIONAL_COLUMNS[table] if draw(st.booleans()))
    for column in chosen:
        days = [draw(st.integers(0, LAST_OFFSET)) for _ in range(3)]
        for number, row in enumerate(rows):
            if column == "updated_at":
                day = _day(draw(st.sampled_from(days)))
                row[column] = draw(st.sampled_from((_moment_text(draw, day, style), None)))
                continue
            # sometimes that of another row
            chosen_number = draw(st.sampled_from((number, number, number, number // 2)))
            text = str(chosen_number) if numeric else f"Id {chosen_number}"
            row[column] = _padded(draw, _often(draw, (text,), (None, " "), style), style)
    return chosen


@st.composite
def worlds(draw: Draw) -> RawWorld:
    """Worlds of 0 to 4 customers with up to about 8 subscriptions, logins and tickets each."""
    styles = {table: _style(draw) for table in INPUT_COLUMNS}
    numeric = draw(st.integers(0, 5)) == 5
    ids: list[str] = draw(
        st.lists(
            st.sampled_from(NUMERIC_IDS if numeric else AWKWARD_IDS),
            min_size=draw(st.sampled_from((3, 2, 2, 4, 1, 0))),
            max_size=4,
            unique=True,
        )
    )
    world: RawWorld = {table: [] for table in INPUT_COLUMNS}
    style = styles["customers"]
    for customer_id in ids:
        acquired = _day(draw(st.one_of(st.integers(0, 40), st.sampled_from((90, 180, 250, 300)))))
        if style.faulty(draw, 40):
            acquired = date(2999, 12, 31)
        world["customers"].append(
            {
                "customer_id": _padded(draw, customer_id, style),
                "acquisition_date": _date_text(draw, acquired, style),
                "region": _often(draw, ("EMEA", "APAC"), ("", None, " emea ", "Ö"), style),
                "industry": _often(draw, ("Retail", "Software"), ("", None, "a,b"), style),
            }
        )
    world["customers"] = _with_repeats(world["customers"], draw, style, ("customer_id",))
    if style.faulty(draw, 10):
        world["customers"].append(
            {"customer_id": " ", "acquisition_date": "2024-01-01", "region": "R", "industry": "I"}
        )

    number = 0
    previous: RawWorld | None = None
    strangers = ("nobody", "c 1", "", None)
    for customer_id in [*ids, None]:
        # the last round belongs to customers that are not accepted
        activity: RawWorld = {table: [] for table in INPUT_COLUMNS}
        twin = previous is not None and customer_id is not None and draw(st.integers(0, 4)) == 4
        for table, most in (("subscriptions", 4), ("login_events", 8), ("support_tickets", 5)):
            if twin and previous is not None:
                for row in previous[table]:
                    copy = row | {"customer_id": customer_id}
                    if table == "support_tickets":
                        number += 1
                        copy["ticket_id"] = f"T{number}"
                    activity[table].append(copy)
                continue
            style = styles[table]
            count = draw(st.integers(0, most if customer_id is not None else style.dirt))
            for _ in range(count):
                owner = draw(st.sampled_from(strangers)) if customer_id is None else customer_id
                if table == "subscriptions":
                    activity[table].append(_subscription(draw, owner, style))
                elif table == "login_events":
                    activity[table].append(_login(draw, owner, style))
                else:
                    number += 1
                    activity[table].append(_ticket(draw, owner, number, style))
        for table, rows in activity.items():
            world[table] += rows
        if not twin:
            previous = activity
    for table, keys in (
        ("subscriptions", ()),
        ("login_events", ("user_id", "customer_id", "login_timestamp")),
        ("support_tickets", ("ticket_id",)),
    ):
        added = _add_optional_columns(world[table], table, draw, styles[table], numeric)
        ids = tuple(name for name in added if name.endswith("_id"))
        world[table] = _with_repeats(world[table], draw, styles[table], ids or keys)
    if world["login_events"] and draw(st.integers(0, 9)) == 9:
        # a clock that is ahead must not extend the table into the future
        ahead = {"login_timestamp": "2999-01-01"}
        if "event_id" in world["login_events"][0]:
            ahead["event_id"] = "999999"
        world["login_events"].append(world["login_events"][0] | ahead)
    if draw(st.booleans()):
        for table, rows in world.items():
            world[table] = draw(st.permutations(rows))
    return world


def _for_some(draw: Draw, value: Any) -> Any:
    """A setting for all tables, or for some of them."""
    if value is None or draw(st.booleans()):
        return value
    return {table: value for table in INPUT_COLUMNS if draw(st.booleans())}


@st.composite
def settings(draw: Draw, run_day: date) -> Settings:
    """Settings of a run on ``run_day``, which must lie after all of a world's days but 2999's."""
    as_of = draw(
        st.one_of(
            st.none(),
            st.none(),
            st.integers(60, LAST_OFFSET).map(_day),
            st.sampled_from((90, 91, 180, 366, 366, 400, -1, -300)).map(_day),
        )
    )
    weight = st.one_of(
        st.just(Decimal(1)),
        st.sampled_from((Decimal(0), Decimal("0.5"), Decimal("0.3333"), Decimal("0.0001"))),
        st.integers(0, 40_000).map(lambda units: Decimal(units) / 10_000),
    )
    equal = draw(st.booleans())
    date_format = draw(st.sampled_from((None, *DATE_FORMATS)))
    null_values = draw(st.sampled_from((None, ("9999-12-31", "7", "it's \\ nothing", "-"), ())))
    return Settings(
        run_day=run_day,
        as_of_date=as_of,
        reporting_timezone=draw(st.sampled_from(REPORTING_TIMEZONES)),
        date_format=_for_some(draw, date_format),
        decimal_separator=_for_some(draw, draw(st.sampled_from((None, ",", ".")))),
        null_values=_for_some(draw, null_values),
        subscription_end_date_is_inclusive=draw(st.sampled_from((True, True, False))),
        closed_statuses=draw(st.sampled_from(CLOSED_STATUSES)),
        ignored_ticket_statuses=draw(st.sampled_from(IGNORED_STATUSES)),
        high_aging_ticket_threshold=draw(st.sampled_from((3, 0, 1, 2))),
        risk_weights={name: Decimal(1) if equal else draw(weight) for name in WEIGHT_NAMES},
        outcome_days=draw(st.sampled_from((90, 90, 30, 31, 1, 200))),
        risk_bands=draw(st.sampled_from(RISK_BANDS)),
    )


# --- how values are written ------------------------------------------------------------------

DATE_COLUMNS = {
    "customers": ("acquisition_date",),
    "subscriptions": ("start_date", "end_date", "updated_at"),
    "login_events": ("login_timestamp",),
    "support_tickets": ("created_date", "closed_date", "updated_at"),
}


def spelled(world: RawWorld, chosen: Settings) -> RawWorld:
    """The world with its ISO dates and plain numbers written as ``chosen`` says."""
    result: RawWorld = {}
    for table, rows in world.items():
        date_format = of_table(chosen.date_format, table)
        separator = of_table(chosen.decimal_separator, table)
        result[table] = [dict(row) for row in rows]
        for row in result[table]:
            for column in DATE_COLUMNS[table]:
                if date_format is not None and row.get(column):
                    row[column] = _in_date_format(row[column] or "", date_format)
            if separator is not None and row.get("arr"):
                row["arr"] = _with_separator(row["arr"] or "", separator)
    return result


def _in_date_format(text: str, date_format: str) -> str:
    day = as_date(text)
    moment = as_clock(text) if day is None else datetime.combine(day, time())
    if not isinstance(moment, datetime):
        return text
    if "%M" not in date_format:
        return moment.strftime(date_format) + text[10:]
    written = moment.strftime(date_format)
    return written if datetime.strptime(written, date_format) == moment else text


def _with_separator(text: str, separator: str) -> str:
    match = re.fullmatch(r"([+-]?)([0-9]+)(?:\.([0-9]+))?", text)
    if match is None:
        return text
    sign, whole, decimals = match.groups()
    # at random, but always the same for one text
    mark = ("", ",."[separator == ","], " ", "'", "\u00a0")[len(text) % 5]
    whole = f"{int(whole):,}".replace(",", mark) if not whole.startswith("0") else whole
    currency = ("", "€ ", "EUR")[(len(text) + int(text[-1])) % 3]
    return currency + sign + whole + ("" if decimals is None else separator + decimals)


def every_spelling() -> RawWorld:
    """Each awkward text once in each column of its kind, each in a row of its own."""
    world: RawWorld = {table: [] for table in INPUT_COLUMNS}

    def add(table: str, **values: str | None) -> None:
        world[table].append(dict.fromkeys(INPUT_COLUMNS[table]) | values)

    add("customers", customer_id="A", acquisition_date="2024-01-01")
    term = {"customer_id": "A", "quantity": "1", "arr": "1", "start_date": "1960-01-01"}
    ticket = {"customer_id": "A", "status": "closed", "created_date": "1960-01-01"}
    for n, text in enumerate(READABLE_DATES + UNREADABLE_DATES):
        # the one from the year 1969 would have 20,000 days
        if text is None or not text.startswith("1969"):
            add("customers", customer_id=f"C{n}", acquisition_date=text)
        add("subscriptions", **term | {"product_id": f"start {n}", "start_date": text})
        add("subscriptions", **term | {"product_id": f"end {n}", "end_date": text})
        add("login_events", customer_id="A", user_id=f"u{n}", login_timestamp=text)
        add("support_tickets", **ticket | {"ticket_id": f"created {n}", "created_date": text})
        add("support_tickets", **ticket | {"ticket_id": f"closed {n}", "closed_date": text})
        add("support_tickets", **ticket | {"ticket_id": f"updated {n}", "updated_at": text})
    for n, text in enumerate(READABLE_NUMBERS + UNREADABLE_NUMBERS):
        add("subscriptions", **term | {"product_id": f"quantity {n}", "quantity": text})
        add("subscriptions", **term | {"product_id": f"arr {n}", "arr": text})
    return world
