"""Dates and times are read as the oracle does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

import oracle
import pytest
import random_inputs
from macro_calls import WHITESPACE, Duck, Render, check, evaluate, fill, type_of

ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns")


def _timestamp_text(rng: random.Random) -> str:
    """An ISO date or timestamp, sometimes with a part out of range or misspelt."""

    def part(good: Sequence[str], bad: Sequence[str]) -> str:
        return rng.choice(bad if rng.randint(0, 9) == 0 else good)

    text = f"{rng.randint(1990, 2030)}-{part(('01', '02', '11', '12'), ('00', '13', '1'))}"
    text += "-" + part(("01", "28", "29", "30"), ("00", "31", "32", "1"))
    if rng.randint(0, 5):
        text += part(("T", " "), ("  ", "t", "")) + part(("00", "09", "23"), ("24", "9"))
        text += ":" + part(("00", "30", "59"), ("60", "5"))
        text += part(("", ":00", ":59", ":30.5", ":59.999999"), (":60", ":00.1234567", ":", ",5"))
    if rng.randint(0, 1):
        text += part(
            ("Z", " Z", "+02", "-03:30", "+0545", " +14:00", "-00:00", "+23:59", "-23"),
            ("+2", "z", "+24", "+05:60", "-", "UTC", "  Z"),
        )
    if rng.randint(0, 9) == 0:
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice("0123456789-:. +ZT٣") + text[place + rng.randint(0, 1) :]
    return rng.choice((text, text, text, f" {text}\n"))


@pytest.mark.parametrize("zone", ZONES)
def test_parse_timestamp_reads_text_as_the_oracle_does(
    render: Render, duck: Duck, zone: str
) -> None:
    rng = random.Random(zone)
    timestamp, day = render(
        "parse_timestamp('a', 'customers')", "parse_date('a', 'customers')", reporting_timezone=zone
    )
    texts = [*random_inputs.READABLE_DATES, *random_inputs.UNREADABLE_DATES]
    texts += [_timestamp_text(rng) for _ in range(3000)]
    # years below 1000 are not promised
    texts = [text for text in texts if not (text or "").strip(WHITESPACE).startswith("0")]
    expected = [oracle.read_moment(text, zone) for text in texts]
    assert 800 < sum(moment is not None for moment in expected) < 2200
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    for session_zone in ("UTC", "America/New_York"):
        duck.execute(f"SET TimeZone = '{session_zone}'")
        check(texts, evaluate(duck, timestamp, "texts"), expected)
    days = [None if moment is None else moment.date() for moment in expected]
    check(texts, evaluate(duck, day, "texts"), days)
    assert type_of(duck, timestamp, "texts") == "TIMESTAMP"


@pytest.mark.parametrize("date_format", random_inputs.DATE_FORMATS)
def test_parse_timestamp_reads_a_date_format_as_the_oracle_does(
    render: Render, duck: Duck, date_format: str
) -> None:
    rng = random.Random(date_format)
    zone = "Asia/Kathmandu"
    settings = {"reporting_timezone": zone, "date_format": {"customers": date_format}}
    with_format, without = render(
        "parse_timestamp('a', 'customers')", "parse_timestamp('a', 'subscriptions')", **settings
    )
    ours = random_inputs.DATE_FORMATS[date_format]
    texts = [text for texts in random_inputs.DATE_FORMATS.values() for text in texts]
    texts += [
        *random_inputs.ALMOST_DATES,
        *random_inputs.READABLE_DATES,
        *random_inputs.UNREADABLE_DATES,
    ]
    for _ in range(600):
        text = rng.choice(ours)
        place = rng.randrange(len(text))
        texts.append(text[:place] + rng.choice("0123456789-:./ TAMm") + text[place + 1 :])
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    expected = [oracle.read_moment(text, zone, date_format) for text in texts]
    check(texts, evaluate(duck, with_format, "texts"), expected)
    assert all(oracle.read_moment(text, zone, date_format) is not None for text in ours)
    expected = [oracle.read_moment(text, zone) for text in texts]
    check(texts, evaluate(duck, without, "texts"), expected)
    assert type_of(duck, with_format, "texts") == "TIMESTAMP"


# Each with what it is in UTC and in Kathmandu, which is 5:45 ahead, and was 5:41:16 ahead in 1900.
TYPED_MOMENTS = [
    ("DATE", "2024-02-29", "2024-02-29", None),
    ("TIMESTAMP", "2024-02-29 23:59:59.999999", "2024-02-29 23:59:59.999999", None),
    ("TIMESTAMP", "1960-01-01 00:00:00", "1960-01-01", None),
    ("TIMESTAMP_S", "2024-02-29 23:59:59", "2024-02-29 23:59:59", None),
    ("TIMESTAMP_MS", "2024-02-29 23:59:59.999", "2024-02-29 23:59:59.999", None),
    ("TIMESTAMP_NS", "2024-02-29 10:00:00.123456", "2024-02-29 10:00:00.123456", None),
    ("TIMESTAMP_NS", "2024-02-29 23:59:59.999999999", "2024-02-29 23:59:59.999999", None),
    ("TIMESTAMPTZ", "2024-02-29 18:14:59.5+00", "2024-02-29 18:14:59.5", "2024-02-29 23:59:59.5"),
    ("TIMESTAMPTZ", "2024-02-29 18:15:00+00", "2024-02-29 18:15", "2024-03-01 00:00"),
    ("TIMESTAMPTZ", "2024-03-10 07:30:00+00", "2024-03-10 07:30", "2024-03-10 13:15"),
    ("TIMESTAMPTZ", "1900-01-01 00:00:00+00", "1900-01-01 00:00", "1900-01-01 05:41:16"),
    ("TIMESTAMPTZ_NS", "2024-02-29 18:15:00+00", "2024-02-29 18:15", "2024-03-01 00:00"),
    (
        "TIMESTAMPTZ_NS",
        "2024-02-29 18:14:59.999999999+00",
        "2024-02-29 18:14:59.999999",
        "2024-02-29 23:59:59.999999",
    ),
    *(
        (type_, value, None, None)
        for type_ in ("DATE", "TIMESTAMP", "TIMESTAMPTZ")
        for value in ("infinity", "-infinity", "0044-03-15 (BC)", "20240-01-31", None)
    ),
    ("INTEGER", 20240229, "2024-02-29", None),
    ("UINTEGER", 20240230, None, None),
    ("BIGINT", 1709230500, "2024-02-29 18:15", "2024-03-01 00:00"),
    ("BIGINT", 1709230499999, "2024-02-29 18:14:59.999", "2024-02-29 23:59:59.999"),
    ("HUGEINT", 1709230500, "2024-02-29 18:15", "2024-03-01 00:00"),
    ("DECIMAL(18, 0)", 20240229, "2024-02-29", None),
    ("DECIMAL(18, 2)", 20240229, None, None),
    ("BIGINT", -1709230500, None, None),
    ("BIGINT", 60350, None, None),
    ("DOUBLE", 1.5, None, None),
    ("BOOLEAN", True, None, None),
    ("TIME", "10:00:00", None, None),
]


@pytest.mark.parametrize(
    ("type_", "value", "in_utc", "in_kathmandu"),
    TYPED_MOMENTS,
    ids=[f"{type_} {value}" for type_, value, *_ in TYPED_MOMENTS],
)
def test_parse_timestamp_reads_typed_columns(
    kathmandu: tuple[str, str],
    sql: dict[str, str],
    duck: Duck,
    type_: str,
    value: object,
    in_utc: str | None,
    in_kathmandu: str | None,
) -> None:
    """Whatever the time zone of the session is."""
    fill(duck, "typed", {"a": type_}, [(value,), (None,)])
    # in 1900 Sao Paulo was 3:06:28 behind, which DuckDB writes as -03:06
    for session_zone in ("UTC", "America/New_York", "America/Sao_Paulo"):
        duck.execute(f"SET TimeZone = '{session_zone}'")
        for timestamp, day, text in (
            (sql["parse_timestamp"], sql["parse_date"], in_utc),
            (*kathmandu, in_kathmandu or in_utc),
        ):
            expected = None if text is None else datetime.fromisoformat(text)
            assert evaluate(duck, timestamp, "typed") == [expected, None], session_zone
            assert evaluate(duck, day, "typed") == [expected and expected.date(), None]


@pytest.fixture(scope="module")
def kathmandu(render: Render) -> tuple[str, ...]:
    return tuple(
        render(
            "parse_timestamp('a', 'customers')",
            "parse_date('a', 'customers')",
            reporting_timezone="Asia/Kathmandu",
        )
    )
