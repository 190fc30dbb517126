"""Proposes risk_weights from the outcomes of past month ends.

Fits a logistic regression with weights of 0 or more on the earlier months, and judges it on the
later ones: its AUC against that of equal weights and of those in use.  Resampling whole customers
gives the intervals.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from database import connect, path_from_environment
from scipy.optimize import minimize
from scipy.special import expit

COMPONENTS = ("products", "arr", "logins", "unique_users", "critical_tickets")
LEAST_CHURNED = 30
RESAMPLES = 200
INTERVAL = (5, 95)
# So small that it matters only if the outcomes say nothing.
PENALTY = 1e-6

Array = np.ndarray

# Unweighted components, since drivers with a weight of 0 are 0.
OUTCOMES = """
    select
        dense_rank() over (order by outcomes.customer_id) - 1 as customer,
        outcomes.date,
        outcomes.has_churned,
        outcomes.customer_risk_score_raw::double as raw,
        -greatest(-100, least(100, coalesce(pct_change_products_90d, 0)))::double as products,
        -greatest(-100, least(100, coalesce(pct_change_arr_90d, 0)))::double as arr,
        -greatest(-100, least(100, coalesce(pct_change_logins_3m, 0)))::double as logins,
        -greatest(-100, least(100, coalesce(pct_change_unique_users_3m, 0)))::double
            as unique_users,
        100 * least(open_bug_tickets + open_incident_tickets + tickets_open_14plus_days,
            open_tickets)::double / greatest(open_tickets, 1) as critical_tickets
    from risk_score_outcomes as outcomes
    inner join customer_daily_metrics as days
        on days.customer_id = outcomes.customer_id and days.date = outcomes.date
    order by outcomes.date, outcomes.customer_id
"""


@dataclass(frozen=True)
class Outcomes:
    """One element, or row, for each of n outcomes.

    ``customer`` (n, whole numbers from 0), ``day`` (n, datetime64[D]; the month end), ``churned``
    (n, bool), ``components`` (n by 5, points from -100 to 100 in the order of COMPONENTS) and
    ``in_use`` (n, the raw score under the weights in use).  ``last_day`` is the last day built.
    """

    customer: Array
    day: Array
    churned: Array
    components: Array
    in_use: Array
    last_day: np.datetime64

    def where(self, chosen: Array) -> Outcomes:
        """The outcomes for which ``chosen`` (n, bool) is true."""
        return Outcomes(
            self.customer[chosen],
            self.day[chosen],
            self.churned[chosen],
            self.components[chosen],
            self.in_use[chosen],
            self.last_day,
        )

    @property
    def leavers(self) -> int:
        """Customers that churned, each counted once whatever its number of churned outcomes."""
        return len(np.unique(self.customer[self.churned]))


@dataclass(frozen=True)
class Fit:
    """Weights with a mean of 1, and their value on the later months.

    ``weights`` (5) and ``weight_interval`` (2 by 5) are in the order of COMPONENTS; ``gains`` has
    the gain in AUC over each other score, by name, with its interval.
    """

    weights: Array
    weight_interval: Array
    auc: float
    others: dict[str, float]
    gains: dict[str, tuple[float, float, float]]

    @property
    def is_better(self) -> bool:
        """Whether every interval of a gain is above 0."""
        return all(low > 0 for _, low, _ in self.gains.values())


def read_outcomes(path: Path) -> Outcomes:
    """The outcomes in the DuckDB file of a build.  Exits with one line if it has no such table."""
    with connect(path, "risk_score_outcomes") as connection:
        found = connection.execute(OUTCOMES).fetchnumpy()
        days = connection.execute("select max(date) from customer_daily_metrics").fetchall()
    return Outcomes(
        customer=found["customer"],
        day=found["date"].astype("datetime64[D]"),
        churned=found["has_churned"].astype(bool),
        components=np.column_stack([found[name] for name in COMPONENTS]),
        in_use=found["raw"],
        last_day=np.datetime64(days[0][0] or date.min),
    )


def auc(score: Array, churned: Array, times: Array) -> float:
    """Share of pairs in which the churned outcome has the higher ``score``; a tie is half.

    All have length n; ``times`` is how often an outcome counts.  NaN without a pair.
    """
    _, place = np.unique(score, return_inverse=True)
    left = np.bincount(place, weights=times * churned)
    stayed = np.bincount(place, weights=times * ~churned)
    pairs = left.sum() * stayed.sum()
    in_order = (left * (np.cumsum(stayed) - stayed / 2)).sum()
    return float(in_order / pairs) if pairs else float("nan")


def fit(outcomes: Outcomes, times: Array) -> Array:
    """The weights (5) of a logistic regression, none below 0, with a mean of 1.

    ``times`` (n) is how often an outcome counts.  Equal weights if all would be 0.
    """
    points = np.column_stack([outcomes.components / 100, np.ones(len(times))])
    signs = np.where(outcomes.churned, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        margins = signs * (points @ parameters)
        value = np.average(np.logaddexp(0, -margins), weights=times)
        slope = points.T @ (-signs * expit(-margins) * times) / times.sum()
        slope[:-1] += 2 * PENALTY * parameters[:-1]
        return value + PENALTY * (parameters[:-1] ** 2).sum(), slope

    bounds = [(0, None)] * len(COMPONENTS) + [(None, None)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = found.x[:-1]
    return weights / weights.mean() if weights.max() > 1e-9 else np.ones(len(weights))


def halves(outcomes: Outcomes) -> tuple[Outcomes, Outcomes]:
    """Earlier and later months, cut so that the smaller half has as many leavers as possible.

    The gap between them is that between the newest outcome and the last day built, so that
    outcomes of the earlier half were known before the later one begins, and no churn is in both.
    """
    if not len(outcomes.day):
        return outcomes, outcomes
    gap = outcomes.last_day - outcomes.day.max()

    def cut(day: np.datetime64) -> tuple[Outcomes, Outcomes]:
        return outcomes.where(outcomes.day + gap <= day), outcomes.where(outcomes.day >= day)

    cuts = map(cut, np.unique(outcomes.day))
    return max(cuts, key=lambda both: min(both[0].leavers, both[1].leavers))


def propose(earlier: Outcomes, later: Outcomes, seed: int = 0) -> Fit:
    """Weights fitted on ``earlier``, judged on ``later``, with intervals from RESAMPLES draws."""
    generator = np.random.default_rng(seed)
    size = 1 + max(earlier.customer.max(), later.customer.max())
    others = {"equal weights": later.components.sum(axis=1)}
    if np.abs(others["equal weights"] - later.in_use).max() > 0.02:
        others["the weights in use"] = later.in_use

    def judged(drawn: Array) -> tuple[Array, Array]:
        weights = fit(earlier, drawn[earlier.customer])
        times = drawn[later.customer]
        # judge the weights as they would be printed
        scores = (later.components @ weights.round(2), *others.values())
        return weights, np.array([auc(score, later.churned, times) for score in scores])

    weights, aucs = judged(np.ones(size))
    draws = [
        judged(np.bincount(generator.integers(size, size=size), minlength=size).astype(float))
        for _ in range(RESAMPLES)
    ]
    gains = np.array([found[0] - found[1:] for _, found in draws])
    low, high = np.nanpercentile(gains, INTERVAL, axis=0)
    return Fit(
        weights=weights.round(2),
        weight_interval=np.percentile([found for found, _ in draws], INTERVAL, axis=0),
        auc=aucs[0],
        others=dict(zip(others, aucs[1:], strict=True)),
        gains={
            name: (aucs[0] - aucs[1 + place], low[place], high[place])
            for place, name in enumerate(others)
        },
    )


def months(outcomes: Outcomes) -> str:
    """The first and the last month."""
    if not len(outcomes.day):
        return "no month"
    return f"{str(outcomes.day.min())[:7]} to {str(outcomes.day.max())[:7]}"


def report(outcomes: Outcomes) -> str:
    """A report on the outcomes; its last line is a proposal, or why there is none."""
    earlier, later = halves(outcomes)
    lines = [
        f"{len(outcomes.day):,} outcomes, {months(outcomes)}: {outcomes.leavers:,} customers left",
        f"  earlier months: {months(earlier)}, {earlier.leavers:,} customers left",
        f"  later months:   {months(later)}, {later.leavers:,} customers left",
    ]
    if min(earlier.leavers, later.leavers) < LEAST_CHURNED:
        return "\n".join(
            [*lines, "", f"No proposal: {LEAST_CHURNED} customers must have left in each half."]
        )
    found = propose(earlier, later)
    low, high = found.weight_interval
    lines += ["", "  fitted on the earlier months  weight   90 % of resamples"]
    lines += [
        f"  {name:<28}  {found.weights[i]:6.2f}   {low[i]:.2f} to {high[i]:.2f}"
        for i, name in enumerate(COMPONENTS)
    ]
    lines += ["", f"  AUC on the later months        {found.auc:.3f}"]
    for name, value in found.others.items():
        gain, least, most = found.gains[name]
        lines.append(
            f"  {'with ' + name:<29}  {value:.3f}   gain {gain:+.3f} ({least:+.3f} to {most:+.3f})"
        )
    if not found.is_better:
        return "\n".join([*lines, "", "No proposal: the gain may be chance."])
    pairs = ", ".join(f"{name}: {w:g}" for name, w in zip(COMPONENTS, found.weights, strict=True))
    return "\n".join(
        [*lines, "", "In dbt_project.yml, under vars:", f"  risk_weights: {{{pairs}}}"]
    )


def main() -> None:
    """Reports on the DuckDB file of DUCKDB_PATH, or customer_health.duckdb."""
    print(report(read_outcomes(path_from_environment())))


if __name__ == "__main__":
    sys.exit(main())
