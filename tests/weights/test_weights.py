"""The proposals of `make weights` for customers generated with known weights."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest
import weights
from scipy.special import expit

SCRIPT = Path(weights.__file__)
PLANTED = np.array([2, 1, 0.5, 0, 1.5])
MONTH_ENDS = np.arange("2022-02", "2025-02", dtype="datetime64[M]").astype("datetime64[D]") - 1
MONTH = np.timedelta64(31, "D")


def made(planted: Sequence[float], seed: int, customers: int = 250) -> weights.Outcomes:
    """Outcomes of customers that leave within a month with the odds of a logistic regression.

    Components last, as real ones do; who has left is followed by another customer.
    """
    generator = np.random.default_rng(seed)
    number = np.arange(customers)
    latent = generator.normal(size=(customers, 5))
    rows = []
    for day in MONTH_ENDS:
        latent = 0.8 * latent + 0.6 * generator.normal(size=latent.shape)
        components = np.clip(60 * latent, [-100] * 4 + [0], 100).round(2)
        odds = components @ np.asarray(planted) / 100 - 4
        left = generator.random(customers) < expit(odds)
        rows.append((number, np.full(customers, day), left, components))
        number = np.where(left, number.max() + 1 + np.arange(customers), number)
    customer, days, churned, components = map(np.concatenate, zip(*rows, strict=True))
    _, customer = np.unique(customer, return_inverse=True)
    last_day = MONTH_ENDS[-1] + MONTH
    return weights.Outcomes(customer, days, churned, components, components.sum(axis=1), last_day)


def test_planted_weights_are_within_their_intervals() -> None:
    """Nine of ten should be."""
    within = []
    for seed in range(4):
        found = weights.propose(*weights.halves(made(PLANTED, seed)))
        assert found.is_better
        low, high = found.weight_interval
        within += [(low <= PLANTED) & (high >= PLANTED)]
        assert (high - low < 1.2).all(), "an interval that holds everything says nothing"
    assert 16 <= np.sum(within) <= 20


@pytest.mark.parametrize("planted", [(0, 0, 0, 0, 0), (1, 1, 1, 1, 1)], ids=["noise", "equal"])
def test_without_a_gain_nothing_is_proposed(planted: tuple[int, ...]) -> None:
    for seed in range(4):
        said = weights.report(made(planted, seed))
        assert said.endswith("No proposal: the gain may be chance.")
        assert "risk_weights" not in said


def test_a_score_in_use_that_is_as_good_stays() -> None:
    outcomes = made(PLANTED, 0)
    in_use = outcomes.components @ PLANTED
    other = weights.Outcomes(**{**vars(outcomes), "in_use": in_use})
    assert "risk_weights: {" in weights.report(outcomes)
    said = weights.report(other)
    assert "with the weights in use" in said
    assert said.endswith("may be chance.")


def test_each_half_needs_30_that_left() -> None:
    outcomes = made(PLANTED, 0)
    earlier, later = weights.halves(outcomes)
    customers = [np.unique(half.customer[half.churned])[:30] for half in (earlier, later)]
    enough = np.concatenate(customers)
    few = enough[:-1]

    def with_only(leavers: np.ndarray) -> str:
        return weights.report(
            outcomes.where(~outcomes.churned | np.isin(outcomes.customer, leavers))
        )

    assert with_only(few).endswith("No proposal: 30 customers must have left in each half.")
    assert "fitted on the earlier months" in with_only(enough)


def test_no_churn_is_in_both_halves() -> None:
    outcomes = made(PLANTED, 0)
    outcomes = weights.Outcomes(**{**vars(outcomes), "last_day": MONTH_ENDS[-1] + 3 * MONTH})
    earlier, later = weights.halves(outcomes)
    assert earlier.day.max() + 3 * MONTH <= later.day.min()
    assert 0.5 < earlier.leavers / later.leavers < 2


def test_auc_is_the_share_of_pairs_in_order() -> None:
    generator = np.random.default_rng(1)
    for _ in range(20):
        score = generator.integers(5, size=30).astype(float)
        churned = generator.random(30) < 0.4
        times = generator.integers(3, size=30).astype(float)
        pairs = in_order = 0.0
        for i in np.flatnonzero(churned):
            for j in np.flatnonzero(~churned):
                pairs += times[i] * times[j]
                in_order += (
                    times[i] * times[j] * ((score[i] > score[j]) + (score[i] == score[j]) / 2)
                )
        assert weights.auc(score, churned, times) == pytest.approx(in_order / pairs)
    assert np.isnan(weights.auc(score, np.zeros(30, dtype=bool), times))


def built(folder: Path, outcomes: weights.Outcomes) -> Path:
    """A database with the columns that the script reads."""
    path = folder / "built.duckdb"
    percentages = -outcomes.components[:, :4]
    columns = {
        "customer": outcomes.customer,
        "day": outcomes.day.astype("datetime64[us]"),
        "has_churned": outcomes.churned,
        "customer_risk_score_raw": outcomes.in_use,
        "pct_change_products_90d": percentages[:, 0],
        # rises are limited to 100 %, and nothing to compare with is 0
        "pct_change_arr_90d": np.where(percentages[:, 1] == 100, 900, percentages[:, 1]),
        "pct_change_logins_3m": np.where(percentages[:, 2] == 0, np.nan, percentages[:, 2]),
        "pct_change_unique_users_3m": percentages[:, 3],
        "share": outcomes.components[:, 4],
    }
    with duckdb.connect(str(path)) as connection:
        connection.register("made", columns)
        connection.execute(
            """
            create table customer_daily_metrics as
            select
                format('{:06d}', customer) as customer_id,
                day::date as date,
                * exclude (customer, day, share, has_churned, pct_change_logins_3m),
                case when not isnan(pct_change_logins_3m) then pct_change_logins_3m end
                    as pct_change_logins_3m,
                case when share > 0 then 10000 else 0 end as open_tickets,
                round(share * 100)::int // 2 as open_bug_tickets,
                round(share * 100)::int - round(share * 100)::int // 2 as open_incident_tickets,
                0 as tickets_open_14plus_days
            from made
            """
        )
        connection.execute(
            """
            create table risk_score_outcomes as
            select
                format('{:06d}', customer) as customer_id,
                day::date as date,
                has_churned,
                customer_risk_score_raw
            from made
            """
        )
        connection.execute(
            "insert into customer_daily_metrics (customer_id, date) values ('last', ?)",
            [str(outcomes.last_day)],
        )
    return path


def ran(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT],
        env={**os.environ, "DUCKDB_PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_the_line_to_paste(tmp_path: Path) -> None:
    outcomes = made(PLANTED, 0)
    done = ran(built(tmp_path, outcomes))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == weights.report(outcomes).splitlines()
    line = done.stdout.splitlines()[-1]
    pairs = re.fullmatch(r"  risk_weights: \{(.*)\}", line)[1].split(", ")
    found = dict(pair.split(": ") for pair in pairs)
    assert tuple(found) == weights.COMPONENTS
    # what the setting takes
    assert all(re.fullmatch(r"[0-9]{1,3}([.][0-9]{1,4})?", weight) for weight in found.values())


def test_without_outcomes_it_says_so(tmp_path: Path) -> None:
    nothing = made(PLANTED, 0)
    nothing = nothing.where(np.zeros(len(nothing.day), dtype=bool))
    done = ran(built(tmp_path, nothing))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("No proposal: 30 customers must have left in each half.\n")
    done = ran(tmp_path / "elsewhere.duckdb")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
