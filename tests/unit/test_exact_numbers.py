"""Ratios, sums and the risk score, as dbt renders them, against plain Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import oracle
import pytest
from macro_calls import Duck, Render, check, evaluate, fill, type_of


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
