"""A second, deliberately slow implementation of the metric definitions.

It exists to be compared with the SQL.  It shares no code with it and takes no shortcuts: every
value is worked out for one customer and one day by looking at all of that customer's rows, with
exact arithmetic (integers and fractions; rounding happens once, at the end of each metric).

Shapes: raw tables are lists of dicts (column -> value), one list per table name.  A table has one
of the OPTIONAL_COLUMNS if any of its rows does.  A raw value is
a text, ``None``, or an already typed value (int, Decimal, float, date, datetime with or without a
zone), because inputs may come from CSV (texts only) or from typed files.  Nothing here raises on
dirty rows: a row that cannot be used is reported in ``Result.rejected_records``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
RawTables = Mapping[str, Sequence[Mapping[str, object]]]

WINDOW_DAYS = 90
AGING_DAYS = 14
# Youngest first, with the first age that is too old.
AGES = {"less than 7 days": 7, "7 to 13 days": 14, "14 to 29 days": 30, "30 to 89 days": 90}
OLDEST = "90 days or more"
ARR_LIMIT = 10**13
LARGEST = Decimal("9999999999999999.99")
WEIGHT_NAMES = ("products", "arr", "logins", "unique_users", "critical_tickets")
USER_TYPES = ("admin", "advanced", "standard")
TICKET_CATEGORIES = {
    "bug": "open_bug_tickets",
    "incident": "open_incident_tickets",
    "question": "open_question_tickets",
    "feature request": "open_feature_request_tickets",
}

INPUT_COLUMNS = {
    "customers": ("customer_id", "acquisition_date", "region", "industry"),
    "subscriptions": (
        "customer_id",
        "product_id",
        "quantity",
        "start_date",
        "end_date",
        "arr",
    ),
    "login_events": ("user_id", "customer_id", "user_type", "login_timestamp"),
    "support_tickets": (
        "ticket_id",
        "customer_id",
        "status",
        "created_date",
        "ticket_category",
        "closed_date",
    ),
}
OPTIONAL_COLUMNS = {
    "customers": (),
    "subscriptions": ("subscription_id", "updated_at"),
    "login_events": ("event_id",),
    "support_tickets": ("updated_at",),
}

METRIC_COLUMNS = (
    "num_products",
    "total_arr",
    "total_mrr",
    "pct_change_products_90d",
    "pct_change_arr_90d",
    "pct_change_mrr_90d",
    "num_logins",
    "num_unique_users",
    "admin_logins",
    "admin_unique_users",
    "advanced_logins",
    "advanced_unique_users",
    "standard_logins",
    "standard_unique_users",
    "num_logins_last_3m",
    "num_unique_users_last_3m",
    "num_logins_prev_3m",
    "num_unique_users_prev_3m",
    "pct_change_logins_3m",
    "pct_change_unique_users_3m",
    "total_tickets_to_date",
    "open_tickets",
    "open_bug_tickets",
    "open_incident_tickets",
    "open_question_tickets",
    "open_feature_request_tickets",
    "tickets_open_14plus_days",
    "avg_days_to_resolution",
    "is_logins_declining",
    "is_unique_users_declining",
    "has_high_aging_tickets",
    "customer_risk_score_raw",
    "customer_risk_score",
)
DAILY_COLUMNS = ("record_key", "customer_id", "date", *METRIC_COLUMNS)
DRIVER_COLUMNS = (
    "record_key",
    "customer_id",
    "date",
    *(f"{name}_driver" for name in WEIGHT_NAMES),
    "customer_risk_score_raw",
    "largest_driver",
    "customer_risk_score",
    "risk_band",
    "total_arr",
    "arr_at_risk",
)
ENRICHED_COLUMNS = (
    "customer_id",
    "acquisition_date",
    "region",
    "industry",
    "last_metrics_date",
    *METRIC_COLUMNS,
    "days_since_acquisition",
    "days_since_last_activity",
)


def _equal_weights() -> dict[str, Decimal]:
    return {name: Decimal(1) for name in WEIGHT_NAMES}


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    ``run_day`` is the day of the run; it only limits the default of ``as_of_date``.  A weight that
    is absent from ``risk_weights`` counts as 1.  How dates and numbers are written may be said for
    all tables or by table.
    """

    run_day: date
    as_of_date: date | None = None
    reporting_timezone: str = "UTC"
    date_format: str | Mapping[str, str] | None = None
    decimal_separator: str | Mapping[str, str] | None = None
    null_values: Sequence[str] | Mapping[str, Sequence[str]] | None = None
    subscription_end_date_is_inclusive: bool = True
    closed_statuses: tuple[str, ...] = ("closed", "solved", "resolved", "done")
    ignored_ticket_statuses: tuple[str, ...] = ("deleted", "spam")
    high_aging_ticket_threshold: int = 3
    risk_weights: dict[str, Decimal] = field(default_factory=_equal_weights)
    outcome_days: int = WINDOW_DAYS
    risk_bands: Mapping[str, Decimal] = field(
        default_factory=lambda: {"watch": Decimal(40), "at_risk": Decimal(60)}
    )


@dataclass(frozen=True)
class Result:
    """Everything a run produces.

    ``customer_daily_metrics``, ``customers_enriched`` and ``customer_risk_drivers`` hold one dict
    per row with the columns ``DAILY_COLUMNS``, ``ENRICHED_COLUMNS`` and ``DRIVER_COLUMNS`` (str,
    int, bool, date, None, and Decimal with two places).  ``rejected_records`` has source_table,
    reason and record_key.  The others have the columns of the models of their names.
    ``accepted`` has the cleaned rows per table.  ``as_of_date`` is None when there is no usable
    day at all, and ``first_day`` is the oldest day of the accepted rows.
    ``all_customers_rejected`` says that there are customers, and none of them is accepted.
    """

    customer_daily_metrics: list[Row]
    customers_enriched: list[Row]
    customer_risk_drivers: list[Row]
    customer_months: list[Row]
    open_support_tickets: list[Row]
    risk_score_outcomes: list[Row]
    risk_score_lift: list[Row]
    risk_score_power: list[Row]
    churn_rates: list[Row]
    customer_outlook: list[Row]
    upcoming_renewals: list[Row]
    customer_list: list[Row]
    customer_week: list[Row]
    segment_months: list[Row]
    cohort_quarters: list[Row]
    usage_before_churn: list[Row]
    rejected_records: list[Row]
    accepted: dict[str, list[Row]]
    as_of_date: date | None
    first_day: date | None
    all_customers_rejected: bool

    @property
    def has_nothing_to_build(self) -> bool:
        """What stops a build: no customer is accepted, or ``as_of_date`` is before every row."""
        last, first = self.as_of_date, self.first_day
        nothing_yet = last is not None and first is not None and last < first
        return self.all_customers_rejected or nothing_yet


# --- exact numbers ---------------------------------------------------------------------------


def rounded(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Rounds to decimals, half away from zero, exactly; never a negative zero."""
    exact = Fraction(value)
    # floor(x + 1/2) on the magnitude is "half away from zero" on the signed value
    units = (2 * 10**places * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return Decimal(units if exact >= 0 else -units).scaleb(-places)


def round2(value: Fraction | Decimal | int) -> Decimal:
    """Two decimals, half away from zero, exactly."""
    return rounded(value, 2)


def pct(now: Fraction | Decimal | int, before: Fraction | Decimal | int) -> Decimal | None:
    """Change from ``before`` to ``now`` in percent, two decimals; None where before is 0.

    At most LARGEST: more does not fit the column.
    """
    if before == 0:
        return None
    return min(round2(100 * (Fraction(now) - Fraction(before)) / Fraction(before)), LARGEST)


# --- reading raw values ----------------------------------------------------------------------

_ASCII_WHITESPACE = " \t\n\r\v\f"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MOMENT = re.compile(
    r"(?P<year>[1-9][0-9]{3})(?P<dash>[-/])(?P<month>[0-9]{2})(?P=dash)(?P<day>[0-9]{2})"
    r"([T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?P<zone> UTC| ?(Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2})(:?(?P<zone_minute>[0-9]{2}))?))?)?"
)
_TIME = re.compile(r"[T ][0-9]{1,2}:.*")
_NULL_VALUES = ("null", "none", "n/a", "na", "nan", "nat", "\\n", "-")
_NULL_VALUES += ("0000-00-00", "0000-00-00 00:00:00")
_CURRENCIES = re.findall(
    "[$€£¥₹₩₺]|[A-Z]{3}",
    "$€£¥₹₩₺ AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PLN RON SEK "
    "SGD TRY USD ZAR",
)
_BLANKS = " \u00a0\u2009\u202f"


def read_text(value: object) -> str | None:
    """The trimmed text of a raw value; None if it is empty.

    Typed values get the text they have in DuckDB: ISO dates, timestamps with a space and without
    trailing zeros of the second's fraction, zoned timestamps in UTC.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        clock = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        text = clock.isoformat(sep=" ")
        text = text.rstrip("0") if value.microsecond else text
        return text if value.tzinfo is None else text + "+00"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip(_ASCII_WHITESPACE) or None


def read_lower(value: object) -> str | None:
    """The same in lower case, for columns with a fixed set of words."""
    text = read_text(value)
    return None if text is None else text.lower()


def read_moment(value: object, zone: str, date_format: str | None = None) -> datetime | None:
    """A timestamp without a zone, as a clock in the reporting ``zone`` shows it.

    None when the value is missing or is not a date or timestamp. With ``date_format``, a text is
    in that form or in ISO's; without, it may also have slashes or be a number that can mean
    nothing else.
    """
    if isinstance(value, datetime):
        return _to_clock(value, zone)
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = read_text(value) or ""
    try:
        if date_format is not None:
            return _read_formatted(text, zone, date_format)
        # a day such as 20240131
        if re.fullmatch(r"(19|20|21)[0-9]{6}", text):
            return datetime(int(text[:4]), int(text[4:6]), int(text[6:]))
        # seconds, unless they could be hours such as 2031013123, or milliseconds
        seconds = re.fullmatch(r"1[0-8][0-9]{8}", text)
        if seconds or re.fullmatch(r"[1-9][0-9]{12}", text):
            passed = timedelta(milliseconds=int(text) * (1000 if seconds else 1))
            return _to_clock(datetime(1970, 1, 1, tzinfo=UTC) + passed, zone)
        return _read_iso(text, zone, "-/")
    except (ValueError, OverflowError):  # no such calendar date, time of day or zone
        return None


def _read_iso(text: str, zone: str, dashes: str) -> datetime | None:
    match = _MOMENT.fullmatch(text)
    if match is None or match["dash"] not in dashes:
        return None
    part = match.groupdict()
    moment = datetime(
        int(part["year"]),
        int(part["month"]),
        int(part["day"]),
        int(part["hour"] or 0),
        int(part["minute"] or 0),
        int(part["second"] or 0),
        int((part["fraction"] or "").ljust(6, "0")),
    )
    if part["zone"] is not None:
        if int(part["zone_minute"] or 0) > 59:
            return None
        ahead = timedelta(hours=int(part["zone_hour"] or 0), minutes=int(part["zone_minute"] or 0))
        moment = moment.replace(tzinfo=timezone(-ahead if part["sign"] == "-" else ahead))
    return _to_clock(moment, zone)


def _read_formatted(text: str, zone: str, date_format: str) -> datetime | None:
    """A text in ``date_format``, with an optional time if the format has none; or an ISO text."""
    clock = _TIME.search(text) if "%M" not in date_format else None
    rest = clock.group() if clock else ""
    # strptime accepts one digit for two, and the other way round
    digits = r"\d\d" if re.search("%.%", date_format) else r"\d{1,2}"
    shapes = {"%Y": r"[1-9]\d{3}", "%f": r"\d{1,6}", "%p": "..", "%b": "...", "%B": r"[^\W\d]+"}
    shapes |= dict.fromkeys(("%y", "%M", "%S"), r"\d\d")
    shape = re.sub(
        r"%.|.", lambda m: shapes.get(m[0], digits if m[0][0] == "%" else f"[{m[0]}]"), date_format
    )
    day = text.removesuffix(rest)
    if re.fullmatch(shape, day, re.ASCII) is None:
        return _read_iso(text, zone, "-")
    moment = datetime.strptime(day, date_format)
    return moment if not rest else _read_iso(f"{moment.date()}{rest}", zone, "-")


def _to_clock(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def read_number(value: object, decimal_separator: str | None = None) -> Fraction | None:
    """The exact number of a text or of a typed number; None if it is not one.

    A text is plain, or has ``decimal_separator`` and may have a currency and groups of three.
    """
    if isinstance(value, float):
        # the shortest text of a float is what its author wrote; nan and inf don't match
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    text = read_text(value)
    if text is not None and isinstance(value, str) and decimal_separator is not None:
        text = _plain(text, decimal_separator)
    if text is None or _NUMBER.fullmatch(text) is None:
        return None
    return Fraction(text)


def _plain(text: str, decimal_separator: str) -> str | None:
    """A formatted number as text, with a decimal point and no other separator."""
    sign, text = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    for currency in _CURRENCIES:
        if text.startswith(currency):
            text = text[len(currency) :]
            text = text[1:] if text[:1] and text[0] in _BLANKS else text
            if not sign and text[:1] and text[0] in "+-":
                sign, text = text[0], text[1:]
            break
        if text.endswith(currency):
            text = text[: -len(currency)]
            text = text[:-1] if text[-1:] and text[-1] in _BLANKS else text
            break
    whole, *decimals = text.split(decimal_separator)
    for mark in (".", ",", *"'\u2019"):
        groups = whole.split(mark)
        if mark != decimal_separator and len(groups) > 1 and _are_groups(groups):
            whole = "".join(groups)
    if _are_groups(re.split(f"[{_BLANKS}]", whole)):
        whole = re.sub(f"[{_BLANKS}]", "", whole)
    if len(decimals) > 1 or not all(
        part.isascii() and part.isdigit() for part in (whole, *decimals)
    ):
        return None
    return sign + ".".join((whole, *decimals))


def _are_groups(groups: Sequence[str]) -> bool:
    first, *others = groups
    return 1 <= len(first) <= 3 and first[0] in "123456789" and all(len(o) == 3 for o in others)


def read_quantity(value: object, decimal_separator: str | None = None) -> int | None:
    """A whole number that fits 32 bits."""
    number = read_number(value, decimal_separator)
    if number is None or number.denominator != 1 or not -(2**31) <= number < 2**31:
        return None
    return int(number)


def read_arr(value: object, decimal_separator: str | None = None) -> Decimal | None:
    """An amount below 10^13 in magnitude, rounded to cents."""
    number = read_number(value, decimal_separator)
    amount = None if number is None else round2(number)
    return None if amount is None or abs(amount) >= ARR_LIMIT else amount


def of_table(setting: Any, table: str) -> Any:
    """The value for a table of a setting for all tables or by table; None if not set."""
    return setting.get(table) if isinstance(setting, Mapping) else setting


class _Reader:
    """Reads the dates and numbers of one table."""

    def __init__(self, table: str, settings: Settings) -> None:
        self.zone = settings.reporting_timezone
        self.date_format = of_table(settings.date_format, table)
        self.decimal_separator = of_table(settings.decimal_separator, table)
        chosen = of_table(settings.null_values, table)
        self.nothing = {t.strip().lower() for t in (_NULL_VALUES if chosen is None else chosen)}

    def is_missing(self, value: object) -> bool:
        """Whether a value is null, or a text that means null."""
        text = read_lower(value)
        return text is None or text in self.nothing

    def moment(self, value: object) -> datetime | None:
        """A timestamp on a clock in the reporting time zone."""
        return None if self.is_missing(value) else read_moment(value, self.zone, self.date_format)

    def day(self, value: object) -> date | None:
        """Its day."""
        moment = self.moment(value)
        return None if moment is None else moment.date()

    def quantity(self, value: object) -> int | None:
        """A whole number."""
        return None if self.is_missing(value) else read_quantity(value, self.decimal_separator)

    def arr(self, value: object) -> Decimal | None:
        """An amount."""
        return None if self.is_missing(value) else read_arr(value, self.decimal_separator)

    def unreadable(self, row: Mapping[str, object], columns: Iterable[str]) -> bool:
        """Whether one of the columns has a value that is not a date."""
        values = [row.get(column) for column in columns]
        return any(not self.is_missing(v) and self.moment(v) is None for v in values)


# --- cleaning --------------------------------------------------------------------------------


def _joined_key(row: Mapping[str, object], columns: Iterable[str]) -> str:
    return "|".join(read_text(row.get(column)) or "" for column in columns)


def _nulls_last(text: str | None) -> tuple[bool, str]:
    return (text is None, text or "")


def _has(raw_rows: Iterable[Mapping[str, object]], column: str) -> bool:
    return any(column in raw for raw in raw_rows)


class _Cleaner:
    """Sorts raw rows into accepted and rejected ones, table after table."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.closed = {text.strip().lower() for text in settings.closed_statuses}
        self.ignored = {text.strip().lower() for text in settings.ignored_ticket_statuses}
        self.accepted: dict[str, list[Row]] = {}
        self.rejected: list[Row] = []
        self.known_customers: set[str] = set()

    def reject(self, table: str, reason: str, key: str | None) -> None:
        self.rejected.append({"source_table": table, "reason": reason, "record_key": key})

    def keep_first(
        self, table: str, reason: str, rows: list[Row], same: Callable[[Row], object]
    ) -> None:
        """Accepts the first row of each group that ``same`` makes, rejects the others."""
        seen: set[object] = set()
        self.accepted[table] = []
        for row in rows:
            if same(row) in seen:
                self.reject(table, reason, row["_key"])
            else:
                seen.add(same(row))
                self.accepted[table].append(row)

    def customers(self, raw_rows: Sequence[Mapping[str, object]]) -> None:
        read = _Reader("customers", self.settings)
        good = []
        for raw in raw_rows:
            row = {
                "_key": read_text(raw.get("customer_id")),
                "customer_id": read_text(raw.get("customer_id")),
                "acquisition_date": read.day(raw.get("acquisition_date")),
                "region": read_text(raw.get("region")),
                "industry": read_text(raw.get("industry")),
            }
            if row["customer_id"] is None:
                self.reject("customers", "missing_key", None)
            elif row["acquisition_date"] is None:
                self.reject("customers", "invalid_date", row["_key"])
            else:
                good.append(row)
        good.sort(
            key=lambda row: (
                row["acquisition_date"],
                _nulls_last(row["region"]),
                _nulls_last(row["industry"]),
            )
        )
        self.keep_first("customers", "duplicate_key", good, lambda row: row["customer_id"])
        self.known_customers = {row["customer_id"] for row in self.accepted["customers"]}

    def subscriptions(self, raw_rows: Sequence[Mapping[str, object]]) -> None:
        read = _Reader("subscriptions", self.settings)
        has_id = _has(raw_rows, "subscription_id")
        keys = ("customer_id", "product_id", *(("_id",) if has_id else ()))
        good = []
        for raw in raw_rows:
            row = {
                "_key": _joined_key(raw, ("customer_id", "product_id", "start_date")),
                "_id": read_text(raw.get("subscription_id")),
                "_updated_at": read.moment(raw.get("updated_at")) or datetime.min,
                "customer_id": read_text(raw.get("customer_id")),
                "product_id": read_text(raw.get("product_id")),
                "quantity": read.quantity(raw.get("quantity")),
                "start_date": read.day(raw.get("start_date")),
                "end_date": read.day(raw.get("end_date")),
                "arr": read.arr(raw.get("arr")),
            }
            reason = None
            has_quantity = not read.is_missing(raw.get("quantity"))
            if any(row[key] is None for key in keys):
                reason = "missing_key"
            elif row["start_date"] is None or read.unreadable(raw, ("end_date", "updated_at")):
                reason = "invalid_date"
            elif row["arr"] is None or (row["quantity"] is None and has_quantity):
                reason = "invalid_number"
            elif row["end_date"] is not None and row["end_date"] < row["start_date"]:
                reason = "ends_before_start"
            elif row["arr"] < 0 or (row["quantity"] is not None and row["quantity"] <= 0):
                reason = "negative_value"
            elif row["customer_id"] not in self.known_customers:
                reason = "unknown_customer"
            if reason is None:
                good.append(row)
            else:
                self.reject("subscriptions", reason, row["_key"])
        if not has_id:
            names = ("customer_id", "product_id", "quantity", "start_date", "end_date", "arr")
            self.keep_first(
                "subscriptions",
                "duplicate_row",
                good,
                lambda row: tuple(row[name] for name in names),
            )
            return
        # The latest state first.  Sorting is stable, so the least important order goes first.
        good.sort(
            key=lambda row: (
                row["customer_id"],
                row["product_id"],
                row["quantity"] is None,
                row["quantity"] or 0,
            )
        )
        good.sort(
            key=lambda row: (
                row["_updated_at"],
                row["end_date"] or date.min,
                row["start_date"],
                row["arr"],
            ),
            reverse=True,
        )
        self.keep_first("subscriptions", "duplicate_key", good, lambda row: row["_id"])

    def login_events(self, raw_rows: Sequence[Mapping[str, object]]) -> None:
        read = _Reader("login_events", self.settings)
        has_id = _has(raw_rows, "event_id")
        keys = ("user_id", "customer_id", *(("_id",) if has_id else ()))
        good = []
        for raw in raw_rows:
            row = {
                "_key": _joined_key(raw, ("user_id", "customer_id", "login_timestamp")),
                "_id": read_text(raw.get("event_id")),
                "user_id": read_text(raw.get("user_id")),
                "customer_id": read_text(raw.get("customer_id")),
                "user_type": read_lower(raw.get("user_type")),
                "login_timestamp": read.moment(raw.get("login_timestamp")),
            }
            if any(row[key] is None for key in keys):
                self.reject("login_events", "missing_key", row["_key"])
            elif row["login_timestamp"] is None:
                self.reject("login_events", "invalid_date", row["_key"])
            elif row["customer_id"] not in self.known_customers:
                self.reject("login_events", "unknown_customer", row["_key"])
            else:
                good.append(row)

        def what_happened(row: Row) -> tuple[object, ...]:
            who = (row["user_id"], row["customer_id"], _nulls_last(row["user_type"]))
            return (row["login_timestamp"], *who)

        if has_id:
            good.sort(key=what_happened)
        self.keep_first(
            "login_events",
            "duplicate_event",
            good,
            (lambda row: row["_id"]) if has_id else what_happened,
        )

    def support_tickets(self, raw_rows: Sequence[Mapping[str, object]]) -> None:
        read = _Reader("support_tickets", self.settings)
        good = []
        for raw in raw_rows:
            row = {
                "_key": read_text(raw.get("ticket_id")),
                "ticket_id": read_text(raw.get("ticket_id")),
                "customer_id": read_text(raw.get("customer_id")),
                "status": read_lower(raw.get("status")),
                "created_date": read.moment(raw.get("created_date")),
                "ticket_category": read_lower(raw.get("ticket_category")),
                "closed_date": read.moment(raw.get("closed_date")),
                "_updated_at": read.moment(raw.get("updated_at")) or datetime.min,
            }
            closed = row["closed_date"]
            reason = None
            if row["ticket_id"] is None or row["customer_id"] is None:
                reason = "missing_key"
            elif row["created_date"] is None or read.unreadable(raw, ("closed_date", "updated_at")):
                reason = "invalid_date"
            elif closed is not None and closed < row["created_date"]:
                reason = "closed_before_created"
            elif row["customer_id"] not in self.known_customers:
                reason = "unknown_customer"
            if reason is None:
                good.append(row)
            else:
                self.reject("support_tickets", reason, row["_key"])
        # The most recent state first.  Sorting is stable, so the least important order goes first.
        good.sort(
            key=lambda row: (
                row["status"] not in self.closed,
                _nulls_last(row["status"]),
                _nulls_last(row["customer_id"]),
                _nulls_last(row["ticket_category"]),
            )
        )
        good.sort(key=lambda row: row["created_date"], reverse=True)
        good.sort(key=lambda row: row["closed_date"] or datetime.min, reverse=True)
        good.sort(key=lambda row: row["_updated_at"], reverse=True)
        self.keep_first("support_tickets", "duplicate_key", good, lambda row: row["ticket_id"])
        kept, self.accepted["support_tickets"] = self.accepted["support_tickets"], []
        for row in kept:
            if row["status"] in self.ignored:
                self.reject("support_tickets", "ignored_status", row["_key"])
            else:
                self.accepted["support_tickets"].append(row)


def _source_days(accepted: Mapping[str, list[Row]]) -> list[date]:
    """The days of all accepted rows; ends of subscriptions are plans, not events."""
    days = [row["acquisition_date"] for row in accepted["customers"]]
    days += [row["start_date"] for row in accepted["subscriptions"]]
    days += [row["login_timestamp"].date() for row in accepted["login_events"]]
    for row in accepted["support_tickets"]:
        days.append(row["created_date"].date())
        if row["closed_date"] is not None:
            days.append(row["closed_date"].date())
    return days


def _as_of_date(days: Iterable[date], settings: Settings) -> date | None:
    if settings.as_of_date is not None:
        return settings.as_of_date
    return max((day for day in days if day <= settings.run_day), default=None)


# --- metrics of one customer on one day ------------------------------------------------------


def _active_on(on: date, subscriptions: list[Row], inclusive: bool) -> list[Row]:
    return [
        row
        for row in subscriptions
        if row["start_date"] <= on
        and (
            row["end_date"] is None or on < row["end_date"] or (inclusive and on == row["end_date"])
        )
    ]


def _subscription_metrics(day: date, subscriptions: list[Row], inclusive: bool) -> Row:
    now = _active_on(day, subscriptions, inclusive)
    before = _active_on(day - timedelta(days=WINDOW_DAYS), subscriptions, inclusive)
    products_now = len({row["product_id"] for row in now})
    products_before = len({row["product_id"] for row in before})
    arr_now = sum((Fraction(row["arr"]) for row in now), Fraction(0))
    arr_before = sum((Fraction(row["arr"]) for row in before), Fraction(0))
    return {
        "num_products": products_now,
        "total_arr": round2(arr_now),
        "total_mrr": round2(arr_now / 12),
        "pct_change_products_90d": pct(products_now, products_before),
        "pct_change_arr_90d": pct(arr_now, arr_before),
        "pct_change_mrr_90d": pct(arr_now / 12, arr_before / 12),
    }


def _users(logins: Iterable[Row]) -> int:
    return len({row["user_id"] for row in logins})


def _login_metrics(day: date, logins: list[Row]) -> Row:
    today, last, prev = [], [], []
    for row in logins:
        days_ago = (day - row["day"]).days
        if days_ago == 0:
            today.append(row)
        if 0 <= days_ago < WINDOW_DAYS:
            last.append(row)
        if WINDOW_DAYS <= days_ago < 2 * WINDOW_DAYS:
            prev.append(row)
    metrics: Row = {"num_logins": len(today), "num_unique_users": _users(today)}
    for user_type in USER_TYPES:
        of_type = [row for row in today if row["user_type"] == user_type]
        metrics[f"{user_type}_logins"] = len(of_type)
        metrics[f"{user_type}_unique_users"] = _users(of_type)
    metrics["num_logins_last_3m"] = len(last)
    metrics["num_unique_users_last_3m"] = _users(last)
    metrics["num_logins_prev_3m"] = len(prev)
    metrics["num_unique_users_prev_3m"] = _users(prev)
    metrics["pct_change_logins_3m"] = pct(len(last), len(prev))
    metrics["pct_change_unique_users_3m"] = pct(_users(last), _users(prev))
    for name in ("logins", "unique_users"):
        change = metrics[f"pct_change_{name}_3m"]
        metrics[f"is_{name}_declining"] = change is not None and change < 0
    return metrics


def _ticket_metrics(day: date, tickets: list[Row], threshold: int) -> Row:
    created = [row for row in tickets if row["created_day"] <= day]
    resolved = [
        row for row in created if row["resolved_day"] is not None and row["resolved_day"] <= day
    ]
    open_now = [row for row in created if row["resolved_day"] is None or row["resolved_day"] > day]
    metrics: Row = {"total_tickets_to_date": len(created), "open_tickets": len(open_now)}
    for category, column in TICKET_CATEGORIES.items():
        metrics[column] = sum(row["ticket_category"] == category for row in open_now)
    aging = sum((day - row["created_day"]).days >= AGING_DAYS for row in open_now)
    metrics["tickets_open_14plus_days"] = aging
    days_taken = [(row["resolved_day"] - row["created_day"]).days for row in resolved]
    metrics["avg_days_to_resolution"] = (
        round2(Fraction(sum(days_taken), len(days_taken))) if days_taken else None
    )
    metrics["has_high_aging_tickets"] = aging > threshold
    return metrics


def risk_components(metrics: Row, weights: Mapping[str, Decimal]) -> dict[str, Fraction]:
    """The unrounded part of each of WEIGHT_NAMES in the raw score of a row."""

    def decline(column: str) -> Fraction:
        change = metrics[column]
        return Fraction(0) if change is None else min(max(-Fraction(change), -100), 100)

    critical = Fraction(0)
    if metrics["open_tickets"] > 0:
        critical_tickets = (
            metrics["open_bug_tickets"]
            + metrics["open_incident_tickets"]
            + metrics["tickets_open_14plus_days"]
        )
        critical = min(Fraction(100 * critical_tickets, metrics["open_tickets"]), Fraction(100))
    components = {
        "products": decline("pct_change_products_90d"),
        "arr": decline("pct_change_arr_90d"),
        "logins": decline("pct_change_logins_3m"),
        "unique_users": decline("pct_change_unique_users_3m"),
        "critical_tickets": critical,
    }
    return {name: components[name] * Fraction(weights.get(name, 1)) for name in WEIGHT_NAMES}


def _risk_drivers(components: Mapping[str, Fraction]) -> Row:
    """The growth of the rounded sum with each component, and the first largest one."""
    drivers: Row = {}
    total = Fraction(0)
    for name, component in components.items():
        drivers[f"{name}_driver"] = round2(total + component) - round2(total)
        total += component
    most = max(drivers.values())
    largest = next(name for name in WEIGHT_NAMES if drivers[f"{name}_driver"] == most)
    return drivers | {"largest_driver": largest if most > 0 else None}


def record_key(customer_id: str, day: date) -> str:
    """The value of dbt_utils.generate_surrogate_key for (customer_id, date)."""
    return hashlib.md5(f"{customer_id}-{day.isoformat()}".encode()).hexdigest()


# --- the two tables --------------------------------------------------------------------------


def _of_customer(rows: Iterable[Row], customer_id: str) -> list[Row]:
    return [row for row in rows if row["customer_id"] == customer_id]


def _resolved_day(ticket: Row, settings: Settings) -> date | None:
    """The day of the closed_date; under any other status it is stale."""
    closed = {text.strip().lower() for text in settings.closed_statuses}
    if ticket["status"] not in closed or ticket["closed_date"] is None:
        return None
    return ticket["closed_date"].date()


def _daily_rows(
    customer: Row, as_of: date, accepted: Mapping[str, list[Row]], settings: Settings
) -> list[Row]:
    """All days of one customer, without the score, which needs the other customers."""
    customer_id = customer["customer_id"]
    subscriptions = _of_customer(accepted["subscriptions"], customer_id)
    logins = [
        row | {"day": row["login_timestamp"].date()}
        for row in _of_customer(accepted["login_events"], customer_id)
    ]
    tickets = [
        row
        | {
            "created_day": row["created_date"].date(),
            "resolved_day": _resolved_day(row, settings),
        }
        for row in _of_customer(accepted["support_tickets"], customer_id)
    ]
    rows = []
    day = customer["acquisition_date"]
    while day <= as_of:
        row = {"record_key": record_key(customer_id, day), "customer_id": customer_id, "date": day}
        row |= _subscription_metrics(
            day, subscriptions, settings.subscription_end_date_is_inclusive
        )
        row |= _login_metrics(day, logins)
        row |= _ticket_metrics(day, tickets, settings.high_aging_ticket_threshold)
        components = risk_components(row, settings.risk_weights)
        row["customer_risk_score_raw"] = round2(sum(components.values(), Fraction(0)))
        row |= _risk_drivers(components)
        rows.append(row)
        day += timedelta(days=1)
    return rows


def _add_scores(rows: list[Row]) -> None:
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row["date"], []).append(row)
    for of_day in by_day.values():
        raws = [Fraction(row["customer_risk_score_raw"]) for row in of_day]
        low, high = min(raws), max(raws)
        for row, raw in zip(of_day, raws, strict=True):
            row["customer_risk_score"] = (
                Decimal("50.00") if low == high else round2(100 * (raw - low) / (high - low))
            )


def _enriched_row(customer: Row, as_of: date | None, daily: list[Row]) -> Row:
    """``daily``: this customer's days."""
    row = {name: customer[name] for name in ENRICHED_COLUMNS[:4]}
    latest = max(daily, key=lambda daily_row: daily_row["date"], default=None)
    row["last_metrics_date"] = None if latest is None else latest["date"]
    for column in METRIC_COLUMNS:
        row[column] = None if latest is None else latest[column]
    row["days_since_acquisition"] = None
    row["days_since_last_activity"] = None
    if as_of is not None and customer["acquisition_date"] <= as_of:
        row["days_since_acquisition"] = (as_of - customer["acquisition_date"]).days
        active_days = [daily_row["date"] for daily_row in daily if daily_row["num_logins"] > 0]
        if active_days:
            row["days_since_last_activity"] = (as_of - max(active_days)).days
    return row


def _months(daily: list[Row]) -> list[Row]:
    """Changes of a customer's ARR in each month that is over, from its ``daily`` rows."""
    arr = {row["date"]: row["total_arr"] for row in daily}
    rows = []
    for day, at_end in arr.items():
        if (day + timedelta(days=1)).day > 1:
            continue
        at_start = arr.get(day.replace(day=1) - timedelta(days=1), Decimal(0))
        change = {"new_arr": 0, "expansion_arr": 0, "contraction_arr": 0, "lost_arr": 0}
        if not at_start:
            change["new_arr"] = at_end
        elif not at_end:
            change["lost_arr"] = at_start
        elif at_end > at_start:
            change["expansion_arr"] = at_end - at_start
        else:
            change["contraction_arr"] = at_start - at_end
        next_day = day + timedelta(days=1)
        a_year_before = next_day.replace(year=next_day.year - 1) - timedelta(days=1)
        amounts = {"arr_at_start": at_start, **change, "arr_at_end": at_end}
        before = arr.get(a_year_before, Decimal(0))
        amounts["arr_a_year_before"] = before
        amounts["retained_arr"] = at_end if before else 0
        amounts["arr_lost_in_a_year"] = max(before - at_end, Decimal(0))
        rows.append(
            {"customer_id": daily[0]["customer_id"], "month": day.replace(day=1)}
            | {name: round2(amount) for name, amount in amounts.items()}
            | {"had_arr_a_year_before": before > 0}
            | {"has_left_within_a_year": before > 0 and at_end == 0}
        )
    return rows


def _open_tickets(
    tickets: Iterable[Row], last_days: dict[str, date | None], settings: Settings
) -> list[Row]:
    """The tickets that are open at the end of their customer's last day."""
    rows = []
    for ticket in tickets:
        last_day = last_days[ticket["customer_id"]]
        if last_day is None or ticket["created_date"].date() > last_day:
            continue
        resolved = _resolved_day(ticket, settings)
        if resolved is not None and resolved <= last_day:
            continue
        names = ("ticket_id", "customer_id", "ticket_category", "created_date")
        days_open = (last_day - ticket["created_date"].date()).days
        age_group = next((name for name, limit in AGES.items() if days_open < limit), OLDEST)
        rows.append(
            {name: ticket[name] for name in names}
            | {"days_open": days_open, "age_group": age_group}
        )
    return rows


# --- does the score work? --------------------------------------------------------------------

FEW_OUTCOMES = 30
RIVALS = ("no_login_in_90_days", "arr_fell", "days_since_last_login")
SCORES = ("customer_risk_score", "customer_risk_score_raw")
DRIVERS = tuple(f"{name}_driver" for name in WEIGHT_NAMES)
PREDICTORS = ("customer_risk_score_raw", *DRIVERS, *RIVALS)


def share(part: Fraction | Decimal | int, whole: Fraction | Decimal | int) -> Decimal | None:
    """``part`` / ``whole`` with six decimals; None if ``whole`` is 0."""
    return rounded(Fraction(part) / Fraction(whole), 6) if whole else None


def _outcomes(daily: list[Row], outcome_days: int) -> list[Row]:
    """A customer's outcomes after each month end, with the values of all predictors."""
    by_day = {row["date"]: row for row in daily}
    outcomes = []
    for day, row in by_day.items():
        later = by_day.get(day + timedelta(days=outcome_days))
        if (day + timedelta(days=1)).day > 1 or later is None or row["total_arr"] == 0:
            continue
        now, after = row["total_arr"], later["total_arr"]
        active_days = [other for other in by_day if other <= day and by_day[other]["num_logins"]]
        outcomes.append(
            {name: row[name] for name in ("customer_id", "date", *SCORES, *DRIVERS, "total_arr")}
            | {
                "arr_after": after,
                "lost_arr": round2(max(now - after, Decimal(0))),
                "has_churned": after == 0,
                "has_contracted": 0 < after < now,
                "no_login_in_90_days": row["num_logins_last_3m"] == 0,
                "arr_fell": (row["pct_change_arr_90d"] or 0) < 0,
                "days_since_last_login": (
                    (day - max(active_days)).days if active_days else float("inf")
                ),
            }
        )
    return outcomes


def _decile(raw: Decimal, all_raws: Sequence[Decimal]) -> int:
    return 1 + 10 * sum(other > raw for other in all_raws) // len(all_raws)


def _by_month(outcomes: list[Row]) -> dict[date | None, list[Row]]:
    """The outcomes of each month, by its first day, and all of them, by None."""
    groups: dict[date | None, list[Row]] = {None: outcomes} if outcomes else {}
    for row in outcomes:
        groups.setdefault(row["date"].replace(day=1), []).append(row)
    return groups


def _lift(outcomes: list[Row]) -> list[Row]:
    deciles = {}
    for row in outcomes:
        raws = [r["customer_risk_score_raw"] for r in outcomes if r["date"] == row["date"]]
        deciles[row["customer_id"], row["date"]] = _decile(row["customer_risk_score_raw"], raws)
    rows = []
    for month, group in _by_month(outcomes).items():
        placed = [(deciles[row["customer_id"], row["date"]], row) for row in group]
        churned = sum(row["has_churned"] for row in group)
        lost = sum(row["lost_arr"] for row in group)
        for decile in range(1, 11):
            members = [row for place, row in placed if place == decile]
            so_far = [row for place, row in placed if place <= decile]
            if not members:
                continue
            here = sum(row["has_churned"] for row in members)
            rows.append(
                {
                    "month": month,
                    "decile": decile,
                    "num_customers": len(members),
                    "num_churned": here,
                    "churn_rate": share(here, len(members)),
                    "lift": share(Fraction(here, len(members)), Fraction(churned, len(group))),
                    "lost_arr": round2(sum(row["lost_arr"] for row in members)),
                    "cumulative_churn_share": share(
                        sum(row["has_churned"] for row in so_far), churned
                    ),
                    "cumulative_lost_arr_share": share(
                        sum(row["lost_arr"] for row in so_far), lost
                    ),
                }
            )
    return rows


def auc(churned: Sequence[Any], stayed: Sequence[Any]) -> Decimal | None:
    """The share of pairs in which the churned outcome has the larger value; a tie is one half."""
    half_pairs = sum((left > right) + (left >= right) for left in churned for right in stayed)
    return share(half_pairs, 2 * len(churned) * len(stayed))


def _power(outcomes: list[Row]) -> list[Row]:
    return [
        {
            "month": month,
            "predictor": predictor,
            "num_outcomes": len(group),
            "num_churned": sum(row["has_churned"] for row in group),
            "auc": auc(
                [row[predictor] for row in group if row["has_churned"]],
                [row[predictor] for row in group if not row["has_churned"]],
            ),
        }
        for month, group in _by_month(outcomes).items()
        for predictor in PREDICTORS
    ]


def _churn_rates(lift: list[Row]) -> list[Row]:
    """The rate of each decile, drawn towards the overall one."""
    deciles = {row["decile"]: row for row in lift if row["month"] is None}
    outcomes = sum(row["num_customers"] for row in deciles.values())
    churned = sum(row["num_churned"] for row in deciles.values())
    why = None
    if not churned:
        why = "nobody_has_churned"
    if outcomes < FEW_OUTCOMES:
        why = "too_few_outcomes"
    if not outcomes:
        why = "history_too_short"
    rows = []
    for decile in range(1, 11):
        here = deciles.get(decile, {"num_customers": 0, "num_churned": 0})
        rate = None
        if why is None:
            expected = here["num_churned"] + FEW_OUTCOMES * Fraction(churned, outcomes)
            rate = share(expected, here["num_customers"] + FEW_OUTCOMES)
        rows.append(
            {
                "decile": decile,
                "num_customers": here["num_customers"],
                "num_churned": here["num_churned"],
                "churn_rate": rate,
                "why_unknown": why,
            }
        )
    return rows


def _outlook(enriched: list[Row], rates: list[Row]) -> list[Row]:
    by_decile = {row["decile"]: row for row in rates}
    paying = [row for row in enriched if row["total_arr"]]
    raws = [row["customer_risk_score_raw"] for row in paying]
    rows = []
    for customer in paying:
        decile = _decile(customer["customer_risk_score_raw"], raws)
        rate, arr = by_decile[decile]["churn_rate"], customer["total_arr"]
        at_stake = rounded(customer["customer_risk_score"] / 100 if rate is None else rate, 6)
        rows.append(
            {
                "customer_id": customer["customer_id"],
                "decile": decile,
                "churn_rate": rate,
                "total_arr": arr,
                "expected_lost_arr": None if rate is None else round2(arr * rate),
                "why_unknown": by_decile[decile]["why_unknown"],
                "rate_at_stake": at_stake,
                "arr_at_stake": round2(arr * at_stake),
                "at_stake_is": "score x ARR" if rate is None else "expected loss",
            }
        )
    return rows


def _renewals(
    subscriptions: list[Row], enriched: list[Row], outlook: list[Row], settings: Settings
) -> list[Row]:
    """Subscriptions that are active on the last day, end, and are not renewed."""
    inclusive = settings.subscription_end_date_is_inclusive
    outlooks = {row["customer_id"]: row for row in outlook}
    rows: dict[tuple[object, ...], Row] = {}
    for customer in enriched:
        today = customer["last_metrics_date"]
        own = [row for row in subscriptions if row["customer_id"] == customer["customer_id"]]
        for row in own if today is not None else ():
            end = row["end_date"]
            if end is None or row not in _active_on(today, own, inclusive):
                continue
            last = end if inclusive else end - timedelta(days=1)
            takes_over = [
                other
                for other in own
                if other["product_id"] == row["product_id"]
                and (other["end_date"] is None or other["end_date"] > end)
                and (today < other["start_date"] or other["start_date"] == last)
                # without a gap; the calendar's last day has no next one
                and (other["start_date"] - last).days <= 1
            ]
            if takes_over:
                continue
            known = outlooks.get(customer["customer_id"], {})
            key = (customer["customer_id"], row["product_id"], end)
            found = rows.setdefault(
                key,
                {
                    **dict(zip(("customer_id", "product_id", "end_date"), key, strict=True)),
                    "days_until_end": (end - today).days,
                    "arr": Decimal(0),
                    "customer_risk_score": customer["customer_risk_score"],
                    "decile": known.get("decile"),
                    "expected_lost_arr": known.get("expected_lost_arr"),
                    "arr_at_stake": None,
                    "at_stake_is": known.get("at_stake_is"),
                },
            )
            found["arr"] = round2(found["arr"] + row["arr"])
            if known:
                found["arr_at_stake"] = round2(found["arr"] * known["rate_at_stake"])
    return list(rows.values())


# --- lists and summaries ---------------------------------------------------------------------

LEFT_DAYS = 90
SILENT_DAYS, LONG_SILENT_DAYS = 30, 90
WEEK_COLUMNS = (
    "total_arr",
    "num_products",
    "num_logins_last_3m",
    "num_unique_users_last_3m",
    "open_tickets",
    "open_bug_tickets",
    "open_incident_tickets",
    "tickets_open_14plus_days",
)
EXPLAINED_BY = {
    "products": "num_products",
    "arr": "total_arr",
    "logins": "num_logins_last_3m",
    "unique_users": "num_unique_users_last_3m",
}

Days = Mapping[date, Row]


def _add_bands(rows: list[Row], bands: Mapping[str, Decimal]) -> None:
    for row in rows:
        above = [name for name, limit in bands.items() if row["customer_risk_score"] >= limit]
        row["risk_band"] = next((name for name in ("at_risk", "watch") if name in above), "calm")
        row["arr_at_risk"] = row["total_arr"] if row["risk_band"] == "at_risk" else Decimal("0.00")


def _list_row(customer: Row, days: Days, outlook: Row | None) -> Row:
    """``customer`` as in customers_enriched, and its ``days``."""
    last = customer["last_metrics_date"]
    today, before = days.get(last, {}), {}
    if last is not None:
        before = days.get(last - timedelta(days=WINDOW_DAYS), {})
    pays = bool(customer["total_arr"])
    silent = customer["days_since_last_activity"]
    never = last is not None and silent is None
    if silent is None:
        silent = customer["days_since_acquisition"]
    is_silent = pays and silent >= SILENT_DAYS
    silent_for = None
    if is_silent:
        silent_for = OLDEST if silent >= LONG_SILENT_DAYS else "30 to 89 days"
    if is_silent and never:
        silent_for = "since its acquisition"
    paid = [day for day, row in days.items() if row["total_arr"]]
    left = days[max(paid)] if paid and not pays else {}
    if left and (last - left["date"]).days > LEFT_DAYS:
        left = {}
    of_outlook = ("decile", "churn_rate", "expected_lost_arr", "why_unknown")
    return (
        {
            name: customer[name]
            for name in ("customer_id", "region", "industry", "last_metrics_date", "total_arr")
        }
        | {"total_arr_90d_ago": before.get("total_arr")}
        | {name: customer[name] for name in ("pct_change_arr_90d", "num_products")}
        | {"num_products_90d_ago": before.get("num_products")}
        | {
            name: customer[name]
            for name in (
                *("num_logins_last_3m", "num_logins_prev_3m", "pct_change_logins_3m"),
                *("num_unique_users_last_3m", "num_unique_users_prev_3m", "open_tickets"),
                *("open_bug_tickets", "open_incident_tickets", "tickets_open_14plus_days"),
                *("customer_risk_score_raw", "customer_risk_score"),
            )
        }
        | {name: today.get(name) for name in ("risk_band", *DRIVERS, "largest_driver")}
        | {name: (outlook or {}).get(name) for name in (*of_outlook, "arr_at_stake", "at_stake_is")}
        | {name: customer[name] for name in ("days_since_acquisition", "days_since_last_activity")}
        | {
            "days_silent": silent,
            "has_never_logged_in": never,
            "silent_for": silent_for,
            "last_day_with_arr": left.get("date"),
            "days_since_arr": (last - left["date"]).days if left else None,
            "lost_arr": left.get("total_arr"),
            "score_then": left.get("customer_risk_score"),
            "is_paying": pays,
            "is_to_call": pays and today["largest_driver"] is not None,
            "is_at_risk": pays and today["risk_band"] == "at_risk",
            "is_silent_30": is_silent,
            "is_silent_90": pays and silent >= LONG_SILENT_DAYS,
            "has_left_recently": bool(left),
        }
    )


def _week_row(customer: Row, now: Row, before: Row) -> Row:
    """What has changed from a customer's day ``before`` to its last day."""
    change = now["customer_risk_score_raw"] - before["customer_risk_score_raw"]
    real, window = Decimal(0), Decimal(0)
    changes = {name: now[f"{name}_driver"] - before[f"{name}_driver"] for name in WEIGHT_NAMES}
    for name, moved in changes.items():
        if not moved or not change or (moved > 0) != (change > 0):
            continue
        if name == "critical_tickets":
            real += moved
            continue
        value, value_before = now[EXPLAINED_BY[name]], before[EXPLAINED_BY[name]]
        if value < value_before if change > 0 else value > value_before:
            real += moved
        else:
            window += moved
    row = {name: customer[name] for name in ("customer_id", "region", "industry")}
    for name in WEEK_COLUMNS:
        row |= {name: now[name], f"{name}_a_week_ago": before[name]}
    kind = "real change" if real else "effect of the window"
    return (
        row
        | {name: now[name] for name in ("customer_risk_score", "customer_risk_score_raw")}
        | {"customer_risk_score_raw_a_week_ago": before["customer_risk_score_raw"]}
        | {"raw_score_change": change}
        | {f"{name}_driver_change": moved for name, moved in changes.items()}
        | {"real_change": round2(real), "window_change": round2(window)}
        | {"change_is": kind if change else None}
    )


def _segment_months(
    enriched: list[Row], days: Mapping[str, Days], months: list[Row], rates: list[Row]
) -> list[Row]:
    last = max((day for own in days.values() for day in own), default=None)
    ends = {day for own in days.values() for day in own if (day + timedelta(days=1)).day == 1}
    churn = {row["decile"]: row["churn_rate"] for row in rates}
    by_month = {(row["customer_id"], row["month"]): row for row in months}
    rows = []
    for day in ends | {last} if last is not None else ():
        month = day.replace(day=1)
        present = [(row, days[row["customer_id"]].get(day)) for row in enriched]
        present = [(customer, of_day) for customer, of_day in present if of_day is not None]
        raws = [of_day["customer_risk_score_raw"] for _, of_day in present if of_day["total_arr"]]
        groups: dict[tuple[str, str | None], list[tuple[Row, Row]]] = {}
        for customer, of_day in present:
            for kind in ("all", "region", "industry"):
                groups.setdefault((kind, customer.get(kind)), []).append((customer, of_day))
        for (kind, segment), members in groups.items():
            paying = [of_day for _, of_day in members if of_day["total_arr"]]
            losses = [
                round2(row["total_arr"] * rate)
                for row in paying
                if (rate := churn[_decile(row["customer_risk_score_raw"], raws)]) is not None
            ]
            arr = sum((row["total_arr"] for row in paying), Decimal("0.00"))
            at_risk = sum((row["arr_at_risk"] for row in paying), Decimal("0.00"))
            past = [by_month.get((customer["customer_id"], month), {}) for customer, _ in members]
            past = [row for row in past if row.get("arr_a_year_before")]
            before = sum(row["arr_a_year_before"] for row in past)
            rows.append(
                {
                    "month": month,
                    "kind": kind,
                    "segment": segment,
                    "date": day,
                    "is_over": day in ends,
                    "is_latest": day == last,
                    "num_paying_customers": len(paying),
                    "num_customers_at_risk": sum(row["risk_band"] == "at_risk" for row in paying),
                    "arr": arr,
                    "arr_at_risk": at_risk,
                    "pct_of_arr_at_risk": round2(100 * Fraction(at_risk) / Fraction(arr))
                    if arr
                    else None,
                    "expected_lost_arr": round2(sum(losses)) if losses else None,
                    "net_revenue_retention": share(sum(row["arr_at_end"] for row in past), before),
                    "gross_churn": share(
                        sum(max(row["arr_a_year_before"] - row["arr_at_end"], 0) for row in past),
                        before,
                    ),
                    "customer_churn": share(sum(row["arr_at_end"] == 0 for row in past), len(past)),
                }
            )
    return rows


def _quarter(day: date) -> int:
    """Counted from the year 0."""
    return 4 * day.year + (day.month - 1) // 3


def _first_day(quarter: int) -> date:
    return date(quarter // 4, 3 * (quarter % 4) + 1, 1)


def _cohort_quarters(enriched: list[Row], days: Mapping[str, Days]) -> list[Row]:
    cohorts: dict[tuple[int, int], list[Decimal]] = {}
    for customer in enriched:
        for day, row in days[customer["customer_id"]].items():
            next_day = day + timedelta(days=1)
            if next_day.day == 1 and next_day.month in (1, 4, 7, 10):
                key = _quarter(customer["acquisition_date"]), _quarter(day)
                cohorts.setdefault(key, []).append(row["total_arr"])
    return [
        {
            "cohort": _first_day(cohort),
            "quarters_since_acquisition": quarter - cohort,
            "quarter_end": _first_day(quarter + 1) - timedelta(days=1),
            "num_customers": len(amounts),
            "num_paying_customers": sum(amount > 0 for amount in amounts),
            "pct_paying": round2(Fraction(100 * sum(map(bool, amounts)), len(amounts))),
            "arr": sum(amounts),
        }
        for (cohort, quarter), amounts in cohorts.items()
    ]


def _usage(enriched: list[Row], days: Mapping[str, Days]) -> list[Row]:
    """Logins by month of 30 days, counted back from the last day with ARR."""
    groups: dict[str, list[list[int]]] = {}
    for customer in enriched:
        own = [row for _, row in sorted(days[customer["customer_id"]].items())]
        while own and not own[-1]["total_arr"]:
            own.pop()
        if len(own) >= 180:
            group = "stays" if customer["total_arr"] else "left"
            logins = [row["num_logins"] for row in own[-180:]]
            groups.setdefault(group, []).append(logins)
    rows = []
    for group, members in groups.items():
        first = sum(sum(logins[:30]) for logins in members)
        for months_before in range(6, 0, -1):
            start = 30 * (6 - months_before)
            found = [number for logins in members for number in logins[start : start + 30]]
            rows.append(
                {
                    "customer_group": group,
                    "months_before": months_before,
                    "num_customers": len(members),
                    "logins_per_customer": round2(Fraction(sum(found), len(members))),
                    "active_days_per_customer": round2(
                        Fraction(sum(map(bool, found)), len(members))
                    ),
                    "pct_of_first_month": round2(Fraction(100 * sum(found), first))
                    if first
                    else None,
                }
            )
    return rows


def compute(tables: RawTables, settings: Settings) -> Result:
    """All outputs for raw ``tables`` (see the module's docstring); missing tables are empty."""
    cleaner = _Cleaner(settings)
    cleaner.customers(tables.get("customers", ()))
    cleaner.subscriptions(tables.get("subscriptions", ()))
    cleaner.login_events(tables.get("login_events", ()))
    cleaner.support_tickets(tables.get("support_tickets", ()))
    accepted = cleaner.accepted

    days = _source_days(accepted)
    as_of = _as_of_date(days, settings)
    daily_by_customer: dict[str, list[Row]] = {}
    for customer in accepted["customers"]:
        daily_by_customer[customer["customer_id"]] = (
            [] if as_of is None else _daily_rows(customer, as_of, accepted, settings)
        )
    daily = [row for rows in daily_by_customer.values() for row in rows]
    _add_scores(daily)
    _add_bands(daily, settings.risk_bands)
    enriched = [
        _enriched_row(customer, as_of, daily_by_customer[customer["customer_id"]])
        for customer in accepted["customers"]
    ]
    outcomes = [
        row for rows in daily_by_customer.values() for row in _outcomes(rows, settings.outcome_days)
    ]
    lift = _lift(outcomes)
    rates = _churn_rates(lift)
    outlook = _outlook(enriched, rates)
    outlooks = {row["customer_id"]: row for row in outlook}
    months = [row for rows in daily_by_customer.values() for row in _months(rows)]
    by_day = {name: {row["date"]: row for row in rows} for name, rows in daily_by_customer.items()}
    weeks = [
        (row, by_day[row["customer_id"]], row["last_metrics_date"])
        for row in enriched
        if row["total_arr"]
    ]
    return Result(
        customer_daily_metrics=[{name: row[name] for name in DAILY_COLUMNS} for row in daily],
        customers_enriched=[{name: row[name] for name in ENRICHED_COLUMNS} for row in enriched],
        customer_risk_drivers=[{name: row[name] for name in DRIVER_COLUMNS} for row in daily],
        customer_months=months,
        open_support_tickets=_open_tickets(
            accepted["support_tickets"],
            {row["customer_id"]: row["last_metrics_date"] for row in enriched},
            settings,
        ),
        risk_score_outcomes=[
            {name: row[name] for name in row if name not in RIVALS} for row in outcomes
        ],
        risk_score_lift=lift,
        risk_score_power=_power(outcomes),
        churn_rates=rates,
        customer_outlook=outlook,
        upcoming_renewals=_renewals(accepted["subscriptions"], enriched, outlook, settings),
        customer_list=[
            _list_row(row, by_day[row["customer_id"]], outlooks.get(row["customer_id"]))
            for row in enriched
        ],
        customer_week=[
            _week_row(row, own[last], own[last - timedelta(days=7)])
            for row, own, last in weeks
            if last - timedelta(days=7) in own
        ],
        segment_months=_segment_months(enriched, by_day, months, rates),
        cohort_quarters=_cohort_quarters(enriched, by_day),
        usage_before_churn=_usage(enriched, by_day),
        rejected_records=cleaner.rejected,
        accepted={
            table: [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]
            for table, rows in accepted.items()
        },
        as_of_date=as_of,
        first_day=min(days, default=None),
        all_customers_rejected=bool(tables.get("customers")) and not accepted["customers"],
    )
