"""What macros make of settings, and what they say of bad ones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import harness
import pytest
from macro_calls import Duck, Render


def test_date_setting_becomes_a_date(render: Render, sql: dict[str, str], duck: Duck) -> None:
    (leap_day,) = render("date_setting('as_of_date')", as_of_date="2024-02-29")
    query = f"SELECT {leap_day}, {sql['no_date']}, typeof({sql['no_date']})"
    assert duck.execute(query).fetchall() == [(date(2024, 2, 29), None, "DATE")]


def test_run_day_is_the_calendar_day_of_the_reporting_timezone(render: Render, duck: Duck) -> None:
    # 25 hours apart, so that it is never the same day in both
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    days = []
    for zone in zones:
        before = datetime.now(ZoneInfo(zone)).date()
        (run_day,) = render("run_day()", reporting_timezone=zone)
        ((day,),) = duck.execute(f"SELECT {run_day}").fetchall()
        assert before <= day <= datetime.now(ZoneInfo(zone)).date()
        days.append(day)
    assert days[0] > days[1]


def test_reporting_timezone_is_one_that_duckdb_knows(duck: Duck) -> None:
    """The setting is validated with pytz, but DuckDB converts."""
    from pytz import all_timezones

    for zone in all_timezones:
        moment = datetime(2024, 7, 1, tzinfo=UTC)
        query = "SELECT timezone(?, TIMESTAMPTZ '2024-07-01 00:00:00+00')"
        expected = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert duck.execute(query, [zone]).fetchall() == [(expected,)], zone


@pytest.mark.parametrize(
    ("given_weights", "expected"),
    [
        ({}, (1, 1, 1, 1, 1, 1)),
        ({"arr": 2}, (1, 1, 2, 1, 1, 1)),
        ({"arr": 0.5, "logins": "2.50"}, (10, 10, 5, 25, 10, 10)),
        (
            {"products": 0.0001, "critical_tickets": 999},
            (10_000, 1, 10_000, 10_000, 10_000, 9_990_000),
        ),
        ({"unique_users": 2.0}, (1, 1, 1, 1, 2, 1)),
        ({"products": "007", "arr": 0.29, "logins": 0.57}, (100, 700, 29, 57, 100, 100)),
    ],
    ids=str,
)
def test_risk_weights_become_whole_numbers(
    render: Render, given_weights: object, expected: tuple[int, ...]
) -> None:
    names = ("scale", "products", "arr", "logins", "unique_users", "critical_tickets")
    (rendered,) = render("risk_weights() | tojson", risk_weights=given_weights)
    assert json.loads(rendered) == dict(zip(names, expected, strict=True))


NO_DATE = "{}: '{}' is not a date; expected a day such as 2024-01-31."

NO_ZONE = "reporting_timezone: '{}' is not a time zone; use a name such as Europe/Berlin."

NO_WEIGHT = "risk_weights: {} is '{}'; expected 0 to 999 with at most four decimals."

NO_COMPONENT = (
    "risk_weights: unknown component '{}'; "
    "the components are products, arr, logins, unique_users, critical_tickets."
)

NO_TABLE = (
    "{}: unknown table 'logins'; "
    "the tables are customers, subscriptions, login_events, support_tickets."
)

NO_ENCODING = (
    "csv_encoding: '{}' is unknown; expected utf-8, utf-16 or cp1252 (what most programs call "
    "latin-1)."
)

NO_SEPARATOR = "decimal_separator: '{}' is neither '.' nor ','."

NO_LIST = "null_values: '{}' is not a list; expected texts in brackets, such as [a, b], or []."

NO_TEXT = "null_values: '{}' is not a text; expected texts, in quotation marks if necessary."

FORMAT = "expected a format such as %d/%m/%Y or %m/%d/%Y %I:%M %p."

NO_DIRECTIVE = (
    "date_format: '{}' may have only %d %m %b %B %Y %y %H %I %M %S %f %p, the signs - / . , : T "
    f"and blanks; {FORMAT}"
)

NO_DAY = f"date_format: '{{}}' needs day, month and year once each; {FORMAT}"

NO_TIME = (
    "date_format: '{}' needs the time as %H:%M or %I:%M %p, optionally with %S and %f after %M; "
    f"{FORMAT}"
)

NO_ISO = f"date_format: '{{}}' reads 2024-01-02 differently from ISO 8601; {FORMAT}"

NO_MAPPING = "risk_weights: expected a mapping such as {arr: 2, logins: 0.5}."

BAD_SETTINGS: list[tuple[str, str, object, str]] = [
    *(
        (f"date_setting('{name}')", name, value, NO_DATE.format(name, value))
        for name in ("as_of_date", "rebuild_from")
        for value in (
            *("yesterday", "", "2024-1-5", "20240105", "2024-01-05 00:00", "0024-01-01", 20240105),
            *(0, False, "2024-01-05' or '1", "2024-02-30", "2023-02-29", "2024-13-01"),
        )
    ),
    *(
        (call, "reporting_timezone", "Mars", NO_ZONE.format("Mars"))
        for call in (
            "run_day()",
            "parse_timestamp('a', 'customers')",
            "parse_date('a', 'customers')",
        )
    ),
    *(
        ("setting('reporting_timezone')", "reporting_timezone", value, NO_ZONE.format(value))
        for value in ("", "europe/berlin", "+02:00", None, 2, "UTC'; --", ["UTC"])
    ),
    *(
        ("risk_weights()", "risk_weights", {"arr": value}, NO_WEIGHT.format("arr", value))
        for value in (-1, 1000, 0.00005, 1e300, "x", "", None, True, ".5", [1], "٣")
    ),
    ("risk_weights()", "risk_weights", {"ARR": 1}, NO_COMPONENT.format("ARR")),
    *(
        (f"setting('{name}', 'customers')", name, {"logins": value}, NO_TABLE.format(name))
        for name, value in (
            ("csv_encoding", "cp1252"),
            ("date_format", "%d/%m/%Y"),
            ("decimal_separator", ","),
            ("null_values", []),
        )
    ),
    *(
        ("setting('csv_encoding', 'customers')", "csv_encoding", value, NO_ENCODING.format(value))
        for value in ("latin-1", "UTF-8'; --", "", 8, ["utf-8"])
    ),
    *(
        (
            "setting('decimal_separator', 'customers')",
            "decimal_separator",
            value,
            NO_SEPARATOR.format(value),
        )
        for value in (";", "", ",'", 0, False, [","])
    ),
    *(
        ("setting('null_values', 'customers')", "null_values", value, sentence.format(wrong))
        for sentence, value, wrong in (
            (NO_LIST, "NULL", "NULL"),
            (NO_LIST, 0, 0),
            (NO_TEXT, [0], 0),
            (NO_TEXT, ["a", ["b"]], ["b"]),
            (NO_TEXT, [" "], " "),
        )
    ),
    *(
        ("setting('date_format', 'customers')", "date_format", value, sentence.format(value))
        for sentence, values in (
            (
                NO_DIRECTIVE,
                ("%x", "%d/%m/%Y'", "dd/mm/yyyy", "%d/%m/%Y %z", "", 5, ["%d"], "%", "%%"),
            ),
            (NO_DAY, ("%d/%m", "%d/%m/%Y %d", "%m %b %d %Y", "%d %m %Y %y", "%H:%M")),
            (NO_TIME, ("%d/%m/%Y %H", "%d/%m/%Y %I:%M", "%d/%m/%Y %M:%H", "%d/%m/%Y %H:%M %p")),
            (NO_TIME, ("%d:%m:%Y", "%d/%m/%Y %H:%M.%f", "%d/%m/%Y %H:%M:%S %I %p")),
            (NO_ISO, ("%Y-%d-%m", "%Y-%d-%m %H:%M")),
        )
        for value in values
    ),
    ("risk_weights()", "risk_weights", None, NO_MAPPING),
    ("risk_weights()", "risk_weights", [1, 1, 1, 1, 1], NO_MAPPING),
]


@pytest.mark.parametrize(
    ("call", "setting", "value", "sentence"),
    BAD_SETTINGS,
    ids=[f"{call} {value!r}" for call, _, value, _ in BAD_SETTINGS],
)
def test_a_bad_setting_is_one_clear_sentence(
    render: Render, call: str, setting: str, value: object, sentence: str
) -> None:
    with pytest.raises(harness.DbtFailed) as failure:
        render(call, **{setting: value})
    assert sentence in {line.strip() for line in str(failure.value).splitlines()}
