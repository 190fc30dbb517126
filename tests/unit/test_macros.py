"""Each public macro, rendered by dbt and run on DuckDB, against plain Python."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import harness
import oracle
import pytest
import random_inputs
from harness import Dbt
from hypothesis import given
from hypothesis import strategies as st

Render = Callable[..., list[str]]
Duck = duckdb.DuckDBPyConnection

# Calls without settings, which dbt renders all at once.
CALLS = {
    "rounded_ratio": "rounded_ratio('a', 'b')",
    "percent_change": "percent_change('a', 'b')",
    "running_total": "running_total('amount', 'owner', 'day')",
    "bounded_hundredths": "bounded_hundredths('a')",
    "risk_score": "risk_score('above_lowest', 'spread')",
    "add_days": "add_days('day', 'days')",
    "a_day_later": "add_days('day', 1)",
    "a_day_earlier": "add_days('day', -1)",
    "days_between": "days_between('first', 'last')",
    "date_spine": "date_spine('spans', 'first', 'last', ['id', 'name'])",
    "merge_overlapping_intervals": (
        "merge_overlapping_intervals('stays', ['owner', 'product'], 'begins', 'ends')"
    ),
    "clean_text": "clean_text('a')",
    "parse_timestamp": "parse_timestamp('a', 'customers')",
    "parse_date": "parse_date('a', 'customers')",
    "parse_integer": "parse_integer('a', 'subscriptions')",
    "parse_amount": "parse_amount('a', 'subscriptions')",
    "has_value": "has_value('a', 'subscriptions')",
    "parse_number": "parse_number('a', 'subscriptions')",
    "joined_key": "joined_key('raw', 'customers', ['a', 'b', 'c'])",
    "one_key": "joined_key('raw', 'customers', ['a'])",
    "record": "record_as_json('kept')",
    "raw_record": "raw_record('raw', 'customers')",
    "no_date": "date_setting('as_of_date')",
    "row_hash": "row_hash(['a', 'b'])",
}
SEPARATOR = "\n-- next call\n"
ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns")


@pytest.fixture(scope="module")
def render(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Turns macro calls into the SQL that a model with these settings would get."""
    db = tmp_path_factory.mktemp("macros") / "customer_health.duckdb"

    def render(*calls: str, **settings: object) -> list[str]:
        code = SEPARATOR.join("{{ customer_health." + call + " }}" for call in calls)
        (node,) = dbt("compile", "--inline", code, db=db, **settings).nodes
        return node.node.compiled_code.split(SEPARATOR)

    return render


@pytest.fixture(scope="module")
def sql(render: Render) -> dict[str, str]:
    return dict(zip(CALLS, render(*CALLS.values()), strict=True))


@pytest.fixture
def duck() -> Iterator[Duck]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def fill(
    duck: Duck, table: str, types: Mapping[str, str], rows: Sequence[Sequence[object]]
) -> None:
    """Creates a table.  Values go in as text, which DuckDB reads exactly, whatever the type."""
    cells = [[None if row[n] is None else str(row[n]) for row in rows] for n in range(len(types))]
    columns = ", ".join(
        f'CAST(unnest(CAST(? AS VARCHAR[])) AS {type_}) AS "{name}"'
        for name, type_ in types.items()
    )
    duck.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {columns}", cells)


def evaluate(duck: Duck, expression: str, table: str) -> list[Any]:
    """The expression for each row, in the order in which the rows were filled in."""
    found = duck.execute(f"SELECT {expression} FROM {table} ORDER BY {table}.rowid").fetchall()
    return [value for (value,) in found]


def check(rows: Sequence[object], actual: Sequence[object], expected: Sequence[object]) -> None:
    """Equal in value, type and number of decimals; shows the rows that are not."""
    # repr, because 1 == True == Decimal("1.00")
    cells = zip(rows, actual, expected, strict=True)
    wrong = [cell for cell in cells if repr(cell[1]) != repr(cell[2])]
    assert not wrong, f"{len(wrong)} of {len(rows)} (row, actual, expected): {wrong[:5]}"


def type_of(duck: Duck, expression: str, table: str) -> str:
    return duck.execute(f"SELECT typeof({expression}) FROM {table} LIMIT 1").fetchall()[0][0]


def fetch(duck: Duck, query: str) -> list[dict[str, Any]]:
    cursor = duck.execute(query)
    names = [entry[0] for entry in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


# --- exact numbers ---------------------------------------------------------------------------


def _whole(rng: random.Random, limit: int) -> int:
    """Small and large ones, with many at the edges."""
    edges = (0, 1, 2, 3, 7, limit - 1, limit)
    near = rng.randint(0, 1000)
    return rng.choice((rng.choice(edges), near, near, rng.randint(0, limit)))


@pytest.mark.parametrize(("type_", "limit"), [("BIGINT", 10**9), ("HUGEINT", 10**15)])
def test_rounded_ratio_is_exact(sql: dict[str, str], duck: Duck, type_: str, limit: int) -> None:
    rng = random.Random(type_)
    rows: list[tuple[int | None, int | None]] = [(None, 1), (1, None), (None, 0), (0, 0), (-5, 0)]
    for _ in range(600):
        sign = rng.choice((1, -1))
        rows.append((sign * _whole(rng, limit), _whole(rng, limit)))
        # half a hundredth above or below a whole one: 201/200 = 1.005, which no double can hold
        factor = rng.choice((1, 3, rng.randint(1, 10**4)))
        tie = factor * (2 * rng.randint(0, 200) + 1)
        rows += [(sign * tie, 200 * factor), (sign * (factor * tie - 1), 200 * factor**2)]
    fill(duck, "numbers", {"a": type_, "b": type_}, rows)
    expected = [None if a is None or not b else oracle.round2(Fraction(a, b)) for a, b in rows]
    check(rows, evaluate(duck, sql["rounded_ratio"], "numbers"), expected)
    assert type_of(duck, sql["rounded_ratio"], "numbers") == "DECIMAL(18,2)"


@pytest.mark.parametrize(("type_", "limit"), [("BIGINT", 10**9), ("HUGEINT", 10**15)])
def test_percent_change_is_exact(sql: dict[str, str], duck: Duck, type_: str, limit: int) -> None:
    rng = random.Random(type_)
    rows: list[tuple[int | None, int | None]] = [(None, 1), (1, None), (7, 0), (0, 0), (-7, 0)]
    rows += [(1, 800), (801, 800), (799, 800), (-3, 800), (1, limit), (limit, limit), (0, limit)]
    while len(rows) < 1500:
        a, b = rng.choice((1, 1, 1, -1)) * _whole(rng, limit), _whole(rng, limit)
        # overflow has its own test
        if b == 0 or abs(100 * (a - b)) < 10**16 * b:
            rows.append((a, b))
    fill(duck, "numbers", {"a": type_, "b": type_}, rows)
    expected = [None if a is None or b is None else oracle.pct(a, b) for a, b in rows]
    check(rows, evaluate(duck, sql["percent_change"], "numbers"), expected)
    assert type_of(duck, sql["percent_change"], "numbers") == "DECIMAL(18,2)"


def test_a_ratio_that_does_not_fit_is_the_largest_value(sql: dict[str, str], duck: Duck) -> None:
    rows = [(10**16, 1), (10**16 - 1, 1), (-(10**16), 1), (10**30, 7), (10**16, 0)]
    fill(duck, "numbers", {"a": "HUGEINT", "b": "HUGEINT"}, rows)
    largest = Decimal("9999999999999999.99")
    expected = [largest, Decimal("9999999999999999.00"), -largest, largest, None]
    check(rows, evaluate(duck, sql["rounded_ratio"], "numbers"), expected)


def test_bounded_hundredths_stops_at_100(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    edges = [0, 1, -1, 9999, 10000, 10001, -9999, -10000, -10001, 10**18 - 1, -(10**18) + 1]
    hundredths = edges + [rng.randint(-30_000, 30_000) for _ in range(500)]
    rows = [(None,), *((Decimal(n).scaleb(-2),) for n in hundredths)]
    fill(duck, "numbers", {"a": "DECIMAL(18, 2)"}, rows)
    expected = [0] + [max(-10_000, min(10_000, n)) for n in hundredths]
    check(rows, evaluate(duck, sql["bounded_hundredths"], "numbers"), expected)


def test_running_total_restarts_for_each_owner(sql: dict[str, str], duck: Duck) -> None:
    """Two owners with the same rows, and one with others, in any order."""
    rng = random.Random(1)
    amounts = {day: rng.choice((None, 0, rng.randint(-100, 100))) for day in range(100)}
    rows = [(owner, day, amount) for day, amount in amounts.items() for owner in ("x", "y")]
    rows += [("z", day, 10**18) for day in range(0, 300, 7)]
    rng.shuffle(rows)
    fill(duck, "entries", {"owner": "VARCHAR", "day": "INTEGER", "amount": "BIGINT"}, rows)

    def total(owner: str, day: int) -> int | None:
        # as in every SQL sum, nulls alone add up to null
        found = [row[2] for row in rows if row[0] == owner and row[1] <= day and row[2] is not None]
        return sum(found) if found else None

    expected = [total(owner, day) for owner, day, _ in rows]
    check(rows, evaluate(duck, sql["running_total"], "entries"), expected)


# --- the risk score --------------------------------------------------------------------------

RISK_COLUMNS = ("products", "arr", "logins", "unique_users", "critical_tickets", "open_tickets")


def _raw_score(row: Sequence[int], weights: Mapping[str, float]) -> Decimal:
    *changes, critical, open_tickets = row  # changes in hundredths of a percent
    weight = {name: Fraction(str(weights.get(name, 1))) for name in RISK_COLUMNS[:5]}
    share = Fraction(100 * critical, open_tickets) if open_tickets else 0
    score = weight["critical_tickets"] * share
    for name, change in zip(RISK_COLUMNS[:4], changes, strict=True):
        score -= weight[name] * Fraction(change, 100)
    return oracle.round2(score)


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"products": 2, "arr": 0, "logins": 3, "unique_users": 10, "critical_tickets": 5},
        {"arr": 0.5, "logins": 1.25, "critical_tickets": 0.3333},
        {"products": 0.0001, "arr": 999, "unique_users": 0, "critical_tickets": 999.9999},
        dict.fromkeys(RISK_COLUMNS[:5], 0),
    ],
    ids=("equal", "whole", "decimal", "extreme", "zero"),
)
def test_risk_score_raw_weighs_the_components(
    render: Render, duck: Duck, weights: dict[str, float]
) -> None:
    (raw,) = render(f"risk_score_raw{RISK_COLUMNS}", risk_weights=weights)
    rng = random.Random(str(weights))
    rows = []
    for _ in range(800):
        changes = [rng.choice((0, 10_000, -10_000, rng.randint(-10_000, 10_000))) for _ in range(4)]
        open_tickets = rng.choice((0, 1, 3, 7, 8, 200, rng.randint(0, 20_000)))
        critical = rng.choice((0, open_tickets, rng.randint(0, open_tickets)))
        rows.append((*changes, critical, open_tickets))
    # the types that the columns have in the model
    types = dict.fromkeys(RISK_COLUMNS, "BIGINT") | {"open_tickets": "INTEGER"}
    fill(duck, "metrics", types, rows)
    expected = [_raw_score(row, weights) for row in rows]
    check(rows, evaluate(duck, raw, "metrics"), expected)
    assert type_of(duck, raw, "metrics") == "DECIMAL(18,2)"


def test_risk_score_runs_from_0_to_100(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    rows = []
    for _ in range(800):
        spread = rng.choice((0, 1, 3, 7, 800, rng.randint(0, 10**9)))
        rows.append((rng.choice((0, spread, rng.randint(0, spread))), spread))
    fill(duck, "scores", dict.fromkeys(("above_lowest", "spread"), "BIGINT"), rows)
    expected = [
        oracle.round2(Fraction(100 * above, spread)) if spread else Decimal("50.00")
        for above, spread in rows
    ]
    check(rows, evaluate(duck, sql["risk_score"], "scores"), expected)
    assert type_of(duck, sql["risk_score"], "scores") == "DECIMAL(18,2)"


# --- dates and rows --------------------------------------------------------------------------

TELLING_DAYS = tuple(
    map(
        date.fromisoformat,
        ("1900-02-28", "1969-12-31", "1970-01-01", "2000-02-29", "2023-12-31", "2024-02-28"),
    )
)


def _date(rng: random.Random) -> date:
    near = date(2024, 1, 1) + timedelta(days=rng.randint(-800, 800))
    return rng.choice((*TELLING_DAYS, near, near, near, near))


def test_add_days_and_days_between_invert_each_other(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    rows = [
        (_date(rng), rng.choice((0, 1, -1, 89, 90, rng.randint(-900, 900)))) for _ in range(500)
    ]
    rows += [(None, 1)]
    fill(duck, "days", {"day": "DATE", "days": "INTEGER"}, rows)
    for call, distance in (("add_days", None), ("a_day_later", 1), ("a_day_earlier", -1)):
        expected = [
            None if day is None else day + timedelta(days=days if distance is None else distance)
            for day, days in rows
        ]
        check(rows, evaluate(duck, sql[call], "days"), expected)
    pairs = [(_date(rng), _date(rng)) for _ in range(500)] + [(None, _date(rng))]
    fill(duck, "spans", {"first": "DATE", "last": "DATE"}, pairs)
    expected_days = [None if first is None else (last - first).days for first, last in pairs]
    check(pairs, evaluate(duck, sql["days_between"], "spans"), expected_days)


def test_date_macros_can_be_nested(render: Render, duck: Duck) -> None:
    days_left, later = render(
        "days_between(customer_health.add_days('first', 3), 'last')",
        "add_days(customer_health.add_days('first', 3), -3)",
    )
    fill(duck, "spans", {"first": "DATE", "last": "DATE"}, [("2024-02-27", "2024-03-31")])
    assert evaluate(duck, days_left, "spans") == [30]
    assert evaluate(duck, later, "spans") == [date(2024, 2, 27)]


def test_date_spine_has_every_day_of_each_span(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    lengths = (-400, -1, 0, 1, 2, 28, 29, 366)
    spans = [(_date(rng), rng.choice(lengths)) for _ in range(200)]
    spans += [(date(2024, 2, 28), 2), (date(9999, 12, 30), 1), (date(2024, 3, 31), -1)]
    rows = [
        # the same span for two ids, and a kept column with quotes and nulls
        (number // 2, rng.choice((None, "it's", '"')), first, first + timedelta(days=length))
        for number, (first, length) in enumerate(spans + spans)
    ]
    types = {"id": "INTEGER", "name": "VARCHAR", "first": "DATE", "last": "DATE"}
    fill(duck, "spans", types, rows)
    expected = [
        {"id": id_, "name": name, "date": first + timedelta(days=n)}
        for id_, name, first, last in rows
        for n in range((last - first).days + 1)
    ]
    found = fetch(duck, sql["date_spine"])
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    fill(duck, "spans", types, [])
    assert fetch(duck, sql["date_spine"]) == []


# Owner, product, first day and number of further days; without a number there is no end.
Stay = tuple[str, str, int, int | None]
FIRST_DAY = date(2024, 2, 1)


def _islands(stays: Sequence[Stay]) -> list[tuple[object, ...]]:
    """Day by day: which days are covered, and what runs of such days there are."""
    after_all = 2 + max((first + (length or 0) for _, _, first, length in stays), default=0)
    result: list[tuple[object, ...]] = []
    for owner, product in {stay[:2] for stay in stays}:
        covered = set()
        for first, length in (stay[2:] for stay in stays if stay[:2] == (owner, product)):
            covered |= set(range(first, after_all + 1 if length is None else first + length + 1))
        for first in (day for day in covered if day - 1 not in covered):
            last = next(day for day in range(first, after_all + 2) if day + 1 not in covered)
            end = None if last == after_all else FIRST_DAY + timedelta(days=last)
            result.append((owner, product, FIRST_DAY + timedelta(days=first), end))
    return sorted(result, key=repr)


def _check_islands(sql: dict[str, str], duck: Duck, stays: Sequence[Stay]) -> None:
    rows = [
        (
            owner,
            product,
            FIRST_DAY + timedelta(days=first),
            None if length is None else FIRST_DAY + timedelta(days=first + length),
        )
        for owner, product, first, length in stays
    ]
    types = {"owner": "VARCHAR", "product": "VARCHAR", "begins": "DATE", "ends": "DATE"}
    fill(duck, "stays", types, rows)
    found = fetch(duck, sql["merge_overlapping_intervals"])
    assert all(list(row) == list(types) for row in found)
    assert sorted((tuple(row.values()) for row in found), key=repr) == _islands(stays)


@harness.random_cases(100)
@given(
    partitions=st.lists(
        st.lists(
            st.tuples(st.integers(0, 30), st.sampled_from((0, 0, 1, 2, 3, 5, 9, 20, None))),
            max_size=9,
        ),
        max_size=3,
    ),
    repeats=st.integers(1, 2),
    random_=st.randoms(use_true_random=False),
)
def test_merge_overlapping_intervals_joins_what_overlaps(
    sql: dict[str, str],
    partitions: list[list[tuple[int, int | None]]],
    repeats: int,
    random_: random.Random,
) -> None:
    """Identical, nested, adjacent, one-day and endless ones, in partitions that share a name."""
    stays = [
        (owner, f"product {number % 2}", first, length)
        for number, intervals in enumerate(partitions)
        for first, length in intervals
        for owner in (f"owner {number // 2}", "twin 1", "twin 2")
    ] * repeats
    random_.shuffle(stays)
    with duckdb.connect(":memory:") as duck:
        _check_islands(sql, duck, stays)


def test_merge_many_overlapping_intervals(sql: dict[str, str], duck: Duck) -> None:
    """More rows than DuckDB handles in one piece."""
    rng = random.Random(1)
    stays = [
        (f"owner {rng.randint(0, 4)}", "product", rng.randint(0, 20_000), rng.choice((0, 3, 30)))
        for _ in range(6000)
    ]
    _check_islands(sql, duck, stays)


# --- cleaning --------------------------------------------------------------------------------

WHITESPACE = " \t\n\r\f\v"


def test_clean_text_trims_and_empties_to_null(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    # a no-break space is no whitespace here, and whitespace within a text stays
    alphabet = (*WHITESPACE, *WHITESPACE, "a", "B", "'", '"', "\\", "\u00a0", "é", "漢", "{{", "0")
    rows = [("".join(rng.choices(alphabet, k=rng.randint(0, 6))),) for _ in range(1500)]
    rows += [(None,), ("NULL",), (" null ",)]
    fill(duck, "texts", {"a": "VARCHAR"}, rows)
    expected = [None if text is None else text.strip(WHITESPACE) or None for (text,) in rows]
    check(rows, evaluate(duck, sql["clean_text"], "texts"), expected)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("INTEGER", 7, "7"),
        ("BOOLEAN", True, "true"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("DECIMAL(9, 2)", "1.50", "1.50"),
        ("INTEGER", None, None),
    ],
)
def test_clean_text_of_another_type(
    sql: dict[str, str], duck: Duck, type_: str, value: object, expected: str | None
) -> None:
    fill(duck, "typed", {"a": type_}, [(value,)])
    assert evaluate(duck, sql["clean_text"], "typed") == [expected]


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


def read_millionths(value: object) -> Decimal | None:
    """A number with six decimals, rounded half away from zero."""
    number = oracle.read_number(value)
    if number is None:
        return None
    rounded = oracle.round2(number * 10_000).scaleb(-4)
    return rounded if abs(rounded) < 10**22 else None


def _number_text(rng: random.Random) -> str:
    places = rng.choice((0, 0, 1, 2, 3, 4, 40))
    text = str(rng.choice((rng.randint(0, 9999), rng.randint(0, 2 * 10**13), 2**31, 2**31 - 1)))
    if places:
        zeros = rng.choice(("", "0" * (places - 1)))
        text += "." + (zeros + "".join(rng.choices("0459", k=places)))[:places]
    text = rng.choice(("", "", "-", "+", "00")) + text
    if rng.randint(0, 4) == 0:
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice("0.+-, e_$٣") + text[place:]
    return rng.choice((text, text, text, f"\t{text} "))


@pytest.mark.parametrize(
    ("call", "read", "type_"),
    [
        ("parse_integer", oracle.read_quantity, "INTEGER"),
        ("parse_amount", oracle.read_arr, "DECIMAL(15,2)"),
        ("parse_number", read_millionths, "DECIMAL(28,6)"),
    ],
)
def test_parse_numbers_reads_text_as_the_oracle_does(
    sql: dict[str, str], duck: Duck, call: str, read: Callable[[object], object], type_: str
) -> None:
    rng = random.Random(call)
    texts = [*random_inputs.READABLE_NUMBERS, *random_inputs.UNREADABLE_NUMBERS]
    # ties round away from zero, on either side of a double's precision
    texts += [
        f"{sign}{n}.{k}5" for sign in ("", "-") for n in (0, 1, 8**14) for k in range(10, 100)
    ]
    texts += ["9999999999999.994", "-9999999999999.99", "10000000000000.00", "-10000000000000"]
    texts += [_number_text(rng) for _ in range(3000)]
    expected = [read(text) for text in texts]
    assert 300 < sum(number is not None for number in expected) < len(texts) - 300
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    check(texts, evaluate(duck, sql[call], "texts"), expected)
    assert type_of(duck, sql[call], "texts") == type_


@pytest.mark.parametrize("separator", [",", "."])
@pytest.mark.parametrize(
    ("call", "read"), [("parse_integer", oracle.read_quantity), ("parse_amount", oracle.read_arr)]
)
def test_numbers_with_separators_are_read_as_the_oracle_does(
    render: Render, duck: Duck, call: str, read: Callable[..., object], separator: str
) -> None:
    rng = random.Random(call + separator)
    (sql,) = render(f"{call}('a', 'subscriptions')", decimal_separator=separator)
    texts = [*random_inputs.READABLE_NUMBERS, *random_inputs.UNREADABLE_NUMBERS]
    for text in (*random_inputs.READABLE_AMOUNTS, *random_inputs.UNREADABLE_AMOUNTS):
        texts += [text, text.translate(str.maketrans(",.", ".,"))]
    for _ in range(3000):
        text = list(rng.choice(random_inputs.READABLE_AMOUNTS))
        text[rng.randrange(len(text))] = rng.choice("0123456789.,' -+€$\u00a0")
        texts.append("".join(text))
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    expected = [read(text, separator) for text in texts]
    assert sum(number is not None for number in expected) > 300
    check(texts, evaluate(duck, sql, "texts"), expected)
    # typed numbers have no separators
    fill(duck, "typed", {"a": "DECIMAL(9, 3)"}, [("1.000",), ("1234.000",)])
    assert [str(n).partition(".")[0] for n in evaluate(duck, sql, "typed")] == ["1", "1234"]


def test_what_is_an_amount_under_a_decimal_comma() -> None:
    """The oracle itself: no text is one number with a comma and another without."""
    assert all(oracle.read_arr(text, ",") is not None for text in random_inputs.READABLE_AMOUNTS)
    assert all(oracle.read_arr(text, ",") is None for text in random_inputs.UNREADABLE_AMOUNTS)


def test_null_values_are_null(render: Render, sql: dict[str, str], duck: Duck) -> None:
    texts = [None, "", " \t", *random_inputs.NULL_VALUES, "0000-00-00 00:00:00"]
    others = ["x", "--", "n\\a", "0", "2024-01-01", "null null", "\u00a0", "\\n\\n"]
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts + others])
    expected = [False] * len(texts) + [True] * len(others)
    check(texts + others, evaluate(duck, sql["has_value"], "texts"), expected)
    for call in ("parse_timestamp", "parse_integer", "parse_amount"):
        assert evaluate(duck, sql[call], "texts")[: len(texts)] == [None] * len(texts)
    # a setting replaces them, and wins over a readable value
    calls = ("has_value", "parse_date", "parse_integer", "parse_amount")
    chosen = [" Open ", "9999-12-31", "-1", "it's \\", "Ü"]
    for setting in (chosen, {"subscriptions": chosen}):
        has_value, *parsed = render(
            *(f"{call}('a', 'subscriptions')" for call in calls), null_values=setting
        )
        texts = ["OPEN", "9999-12-31 ", "-1", "It's \\", "ü", None]
        others = ["NULL", "9999-12-30", "-2"]
        fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts + others])
        assert evaluate(duck, has_value, "texts") == [False] * 6 + [True] * 3
        for expression in parsed:
            values = evaluate(duck, expression, "texts")
            assert [value is not None for value in values[:6]] == [False] * 6
            assert sum(value is not None for value in values[6:]) == 1
    fill(duck, "typed", {"a": "DATE"}, [("9999-12-31",), ("9999-12-30",)])
    assert evaluate(duck, parsed[0], "typed") == [None, date(9999, 12, 30)]
    (has_value,) = render("has_value('a', 'subscriptions')", null_values=[])
    fill(duck, "texts", {"a": "VARCHAR"}, [("NULL",), (None,)])
    assert evaluate(duck, has_value, "texts") == [True, False]


@pytest.mark.parametrize(
    ("type_", "value", "integer", "amount"),
    [
        ("INTEGER", -3, -3, "-3.00"),
        ("BIGINT", 2**31, None, "2147483648.00"),
        ("HUGEINT", 10**30, None, None),
        ("DECIMAL(18, 4)", "1.0050", None, "1.01"),
        ("DECIMAL(18, 4)", "-1.0050", None, "-1.01"),
        ("DECIMAL(18, 4)", "7.0000", 7, "7.00"),
        ("DOUBLE", 3.0, 3, "3.00"),
        ("DOUBLE", 33.335, None, "33.34"),
        ("DOUBLE", 1234567890.12, None, "1234567890.12"),
        ("DOUBLE", 9999999999999.98, None, "9999999999999.98"),
        ("DOUBLE", 0.1 + 0.2 - 0.3, None, "0.00"),
        ("DOUBLE", 1e20, None, None),
        ("DOUBLE", "nan", None, None),
        ("DOUBLE", "inf", None, None),
        ("FLOAT", 0.5, None, "0.50"),
        ("BOOLEAN", True, None, None),
        ("DATE", "2024-01-01", None, None),
        ("INTEGER", None, None, None),
    ],
    ids=str,
)
def test_parse_numbers_reads_typed_columns(
    sql: dict[str, str],
    duck: Duck,
    type_: str,
    value: object,
    integer: int | None,
    amount: str | None,
) -> None:
    fill(duck, "typed", {"a": type_}, [(value,)])
    check([value], evaluate(duck, sql["parse_integer"], "typed"), [integer])
    expected = None if amount is None else Decimal(amount)
    check([value], evaluate(duck, sql["parse_amount"], "typed"), [expected])


def test_text_literal_is_escaped(render: Render, duck: Duck) -> None:
    texts = [
        *random_inputs.AWKWARD_IDS,
        "'",
        "\\",
        "\\'",
        "'; drop table x; --",
        "\\' or 1 = 1; --",
        '"',
    ]
    duckdb_literals, spark_literals = (
        render(
            *(f"{engine}__text_literal(var('closed_statuses')[{n}])" for n in range(len(texts))),
            closed_statuses=texts,
        )
        for engine in ("duckdb", "spark")
    )
    assert [duck.execute(f"select {text}").fetchall()[0][0] for text in duckdb_literals] == texts
    # a backslash escapes in Spark
    assert all(re.fullmatch(r"'([^'\\]|\\.)*'", text) for text in spark_literals)
    assert [re.sub(r"\\(.)", r"\1", text[1:-1]) for text in spark_literals] == texts


def test_is_status_in_compares_in_lower_case(render: Render, duck: Duck) -> None:
    setting = [" Closed", "won't FIX", "ΚΛΕΙΣΤΌΣ"]
    (condition,) = render("is_status_in('closed_statuses', 'a')", closed_statuses=setting)
    rows = [("closed",), ("won't fix",), ("open",), (None,)]
    fill(duck, "t", {"a": "VARCHAR"}, rows)
    assert evaluate(duck, condition, "t") == [True, True, False, None]
    # whatever is lower case to the database
    assert evaluate(duck, condition.replace("a in", "lower('ΚΛΕΙΣΤΌΣ') in"), "t") == [True] * 4
    assert render("is_status_in('closed_statuses', 'a')", closed_statuses=[]) == ["false"]


def test_constants_are_typed_and_escaped(render: Render, duck: Duck) -> None:
    texts = [
        *random_inputs.AWKWARD_IDS,
        "'",
        "\\",
        "\\'",
        "'; drop table x; --",
        "",
        "1",
        "2024-01-31",
    ]
    values = [*texts, 3, -3, 0.5, 10**17, 1e300, None]
    columns = {table: [*names] for table, names in oracle.INPUT_COLUMNS.items()}
    names = [(table, name) for table, found in columns.items() for name in found]
    found = []
    for start in range(0, len(values), len(names)):
        chosen = dict(zip(names, values[start : start + len(names)], strict=False))
        column_map: dict[str, dict[str, object]] = {}
        for (table, name), value in chosen.items():
            column_map.setdefault(table, {})[name] = {"value": value}
        calls = [f"raw_column('{table}', '{name}')" for table, name in chosen]
        found += render(*calls, column_map=column_map)
    results = [duck.execute(f"select {text}").fetchall()[0][0] for text in found]
    check(values, results, [*texts, 3, -3, Decimal("0.5"), 10**17, "1e+300", None])
    # YAML reads dates
    (text,) = render("constant(modules.datetime.date(2024, 1, 31))")
    assert duck.execute(f"select {text}").fetchall() == [(date(2024, 1, 31),)]


@pytest.mark.parametrize(
    ("expression", "numbers"),
    [
        ("amount * 12 / 100", ["amount"]),
        ("100*AMOUNT", ["AMOUNT"]),
        ("-amount", ["amount"]),
        ("raw.amount % 2", ["raw.amount"]),
        ('2 + "my ""fees"""', ['"my ""fees"""']),
        ("amount -- in cents\n / 100 /* a * b */", ["amount"]),
        ("case when currency = 'amount * 2' then amount /b else b - 1 end", ["amount", "b", "b"]),
        # no arithmetic, no text column, or no column at all
        ("coalesce(amount, '0')", []),
        ("amount || '-' || b", []),
        ("amount->>'$.net'", []),
        ("amount::decimal(18, 2) * 12", []),
        ("2 * amount(1)", []),
        ("12 * typed / 1e-3", []),
        ("other.amount * 2", []),
        ("cast(amount as decimal(18, 2)) * 12", []),
    ],
)
def test_texts_in_arithmetic_are_numbers(
    render: Render, expression: str, numbers: list[str]
) -> None:
    texts = ["amount", "b", 'my "fees"', "currency"]
    (code,) = render(f"with_numbers({json.dumps(expression)}, {json.dumps(texts)})")
    found = []
    rest = code
    for name in numbers:
        start, _, rest = rest.partition("(case when regexp_full_match(nullif(trim(cast(")
        column, _, rest = rest.partition(" as varchar)")
        _, _, rest = rest.partition(" as decimal(28, 6)) end)")
        found.append((start, column))
        assert column == name
    assert "".join(text for pair in found for text in pair) + rest == expression


def test_joined_key_keeps_the_spelling_of_the_source(sql: dict[str, str], duck: Duck) -> None:
    texts = (None, "", " ", " a ", "a|b", "'", "ü b", "\n2024-01-01\t")
    rows = [(a, b, c) for a in texts for b in texts for c in (None, 0, 7)]
    fill(duck, "raw", {"a": "VARCHAR", "b": "VARCHAR", "c": "INTEGER"}, rows)
    parts = [["" if v is None else str(v).strip(WHITESPACE) for v in row] for row in rows]
    check(rows, evaluate(duck, sql["joined_key"], "raw"), ["|".join(row) for row in parts])
    check(rows, evaluate(duck, sql["one_key"], "raw"), [row[0] for row in parts])


def test_record_as_json_keeps_the_whole_row(sql: dict[str, str], duck: Duck) -> None:
    """A raw row comes back whole, with its columns in their order."""
    texts = (
        *random_inputs.AWKWARD_IDS,
        None,
        "",
        " a ",
        "\n\t\r",
        "\u2028",
        '{"a": [1]}',
        "\x1f",
        "🙂",
    )
    names = ("customer_id", "Region", 'odd "name"', "while")
    rows = [tuple(texts[(n + k) % len(texts)] for k in range(4)) for n in range(len(texts))]
    quoted = [name.replace('"', '""') for name in names]
    fill(duck, "raw", dict.fromkeys(quoted, "VARCHAR"), rows)
    kept = f"(SELECT {sql['raw_record']} AS kept FROM raw) AS records"
    found = [text for (text,) in duck.execute(f"SELECT {sql['record']} FROM {kept}").fetchall()]
    assert all(type(text) is str for text in found)
    expected = [list(zip(names, row, strict=True)) for row in rows]
    actual = [json.loads(text, object_pairs_hook=list) for text in found]
    assert sorted(map(repr, actual)) == sorted(map(repr, expected))


def test_record_as_json_keeps_types(sql: dict[str, str], duck: Duck) -> None:
    types = {
        "id": "BIGINT",
        "at": "TIMESTAMP",
        "day": "DATE",
        "arr": "DECIMAL(18, 2)",
        "no": "DATE",
    }
    fill(duck, "raw", types, [(2**40, "2024-01-05 10:00:00.5", "2024-02-29", "1.50", None)])
    kept = f"(SELECT {sql['raw_record']} AS kept FROM raw) AS records"
    ((text,),) = duck.execute(f"SELECT {sql['record']} FROM {kept}").fetchall()
    assert json.loads(text, parse_float=Decimal) == {
        "id": 2**40,
        "at": "2024-01-05 10:00:00.5",
        "day": "2024-02-29",
        "arr": Decimal("1.5"),
        "no": None,
    }


# --- fingerprints ----------------------------------------------------------------------------


def test_a_fingerprint_sees_what_a_sum_of_values_does_not(sql: dict[str, str], duck: Duck) -> None:
    """Values that change places between rows or columns, nulls, and rows that cancel out."""
    tables: list[list[tuple[object, object]]] = [
        [],
        [(None, None)],
        [(0, 0)],
        [(0, 0), (0, 0)],
        [(1, 1), (2, 2)],
        [(1, 2), (2, 1)],
        [(1, 2), (1, 2)],
        [(2, 1), (2, 1)],
        [(0, 3)],
        [(3, 0)],
        [(None, 3)],
        [(3, None)],
    ]
    sums = []
    for rows in tables:
        duck.execute("CREATE OR REPLACE TEMP TABLE pairs (a BIGINT, b BIGINT)")
        for row in rows:
            duck.execute("INSERT INTO pairs VALUES (?, ?)", row)
        query = f"SELECT count(*), sum(h) FROM (SELECT {sql['row_hash']} AS h FROM pairs)"
        sums += duck.execute(query).fetchall()
    assert len(set(sums)) == len(tables)


def test_spark_hashes_the_fields_of_a_record_one_by_one(render: Render) -> None:
    """As its hash skips nulls; what is not certain to be a flat record goes through JSON."""
    flat = ("struct<a:string,b c:decimal(18,2)>", "struct<a:int>")
    nested = ("struct<a:array<string>>", "array<string>", "struct<a:b:string>", "map<string,int>")
    cut_off = ("struct<a:string,... 3 more fields>",)
    kinds = ("string", *flat, *nested, *cut_off)
    text, *found = render(*(f"spark__values_to_hash('r', '{kind}')" for kind in kinds))
    assert text == "['r']"
    expected = [["isnull(r)", 'r."a"', 'r."b c"'], ["isnull(r)", 'r."a"']]
    assert [ast.literal_eval(values) for values in found[: len(flat)]] == expected
    assert all(values.startswith('["to_json(r,') for values in found[len(flat) :])


# --- settings --------------------------------------------------------------------------------


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
        ("reporting_timezone()", "reporting_timezone", value, NO_ZONE.format(value))
        for value in ("", "europe/berlin", "+02:00", None, 2, "UTC'; --", ["UTC"])
    ),
    *(
        ("risk_weights()", "risk_weights", {"arr": value}, NO_WEIGHT.format("arr", value))
        for value in (-1, 1000, 0.00005, 1e300, "x", "", None, True, ".5", [1], "٣")
    ),
    ("risk_weights()", "risk_weights", {"ARR": 1}, NO_COMPONENT.format("ARR")),
    *(
        (f"{name}('customers')", name, {"logins": value}, NO_TABLE.format(name))
        for name, value in (
            ("csv_encoding", "cp1252"),
            ("date_format", "%d/%m/%Y"),
            ("decimal_separator", ","),
            ("null_values", []),
        )
    ),
    *(
        ("csv_encoding('customers')", "csv_encoding", value, NO_ENCODING.format(value))
        for value in ("latin-1", "UTF-8'; --", "", 8, ["utf-8"])
    ),
    *(
        ("decimal_separator('customers')", "decimal_separator", value, NO_SEPARATOR.format(value))
        for value in (";", "", ",'", 0, False, [","])
    ),
    *(
        ("null_values('customers')", "null_values", value, sentence.format(wrong))
        for sentence, value, wrong in (
            (NO_LIST, "NULL", "NULL"),
            (NO_LIST, 0, 0),
            (NO_TEXT, [0], 0),
            (NO_TEXT, ["a", ["b"]], ["b"]),
            (NO_TEXT, [" "], " "),
        )
    ),
    *(
        ("date_format('customers')", "date_format", value, sentence.format(value))
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
