"""Days and intervals, as dbt renders them, against plain Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import harness
from hypothesis import given
from hypothesis import strategies as st
from macro_calls import Duck, Render, check, evaluate, fetch, fill

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
