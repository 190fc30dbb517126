"""The charts: static colours that can be read on light and dark, and never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
from queries import COMPONENTS
from rows import LOWERS, PLAIN, RAISES

UP, DOWN = "raises the risk", "lowers the risk"
# Black text can be read on each of the colours.
AGES = {
    "less than 7 days": "#56B4E9",
    "7 to 13 days": "#009E73",
    "14 to 29 days": "#F0E442",
    "30 to 89 days": "#E69F00",
    "90 days or more": "#D55E00",
}
NAMES = {"arr": "ARR"}
BELOW = alt.Legend(title=None, orient="bottom")
# Vega writes 0k beside 100k when it chooses the format itself, and a billion as G.
AMOUNTS = alt.Axis(
    labelExpr="replace(format(datum.value, '~s'), 'G', 'B')", tickCount=4, tickMinStep=1
)
DAY = alt.Tooltip("date:T", title="day", format="%Y-%m-%d")
# Charts below each other have their days in line when what is left of them is equally wide.
SIDE = {"minExtent": 105, "maxExtent": 105}


def bands(frame: pd.DataFrame, column: str, description: str) -> alt.Chart:
    """Bars of ``column`` over the bands of the score, from the column score to the column end."""
    frame = frame.assign(band=frame["score"].astype(str) + " to " + frame["end"].astype(str))
    return (
        alt.Chart(frame, height=220, description=description)
        .mark_bar(color=LOWERS)
        .encode(
            x=alt.X(
                "score",
                bin="binned",
                title="risk score",
                axis=alt.Axis(values=[*range(0, 101, 10)]),
            ),
            x2="end",
            y=alt.Y(column, title=None, axis=AMOUNTS),
            tooltip=[
                alt.Tooltip("band", title="score"),
                alt.Tooltip(column, title=NAMES.get(column, column), format=",.0f"),
            ],
        )
    )


def _days(history: pd.DataFrame) -> alt.X:
    span = [history["date"].min(), history["date"].max()]
    long = (span[1] - span[0]).days > 90
    axis = alt.Axis(format="%b %Y", tickCount="month") if long else alt.Axis(format="%d %b %Y")
    axis.labelOverlap = "greedy"
    domain = alt.Scale(domain=[day.isoformat() for day in span])
    return alt.X("date:T", title=None, axis=axis, scale=domain)


def _months(scale: alt.Scale | alt.UndefinedType = alt.Undefined) -> alt.X:
    axis = alt.Axis(format="%b %Y", tickCount="month", labelOverlap="greedy")
    return alt.X("month:T", title=None, axis=axis, scale=scale)


def _lines(column: str, names: Sequence[str], colours: Sequence[str]) -> dict[str, Any]:
    """Encodings that draw a line for each name, told apart by colour and dashes."""
    colour = alt.Scale(domain=names, range=colours)
    dash = alt.Scale(domain=names, range=[[1, 0], [4, 3], [1, 3]][: len(names)])
    return {
        "color": alt.Color(f"{column}:N", legend=BELOW, scale=colour),
        "strokeDash": alt.StrokeDash(f"{column}:N", legend=BELOW, scale=dash),
    }


def _rule(column: str, value: float) -> alt.Chart:
    rule = alt.Chart(pd.DataFrame({column: [value]})).mark_rule(color=PLAIN, strokeDash=[4, 3])
    return rule.encode(y=column)


def score(history: pd.DataFrame, changes: pd.DataFrame) -> tuple[alt.LayerChart, alt.LayerChart]:
    """The score of each day of ``history``, and below it the ``changes`` of its components."""
    x = _days(history)
    rules = alt.Chart(changes).mark_rule(color=PLAIN, opacity=0.35).encode(x=x)
    line = (
        alt.Chart(history)
        .mark_line(color=LOWERS, strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y(
                "score",
                title=None,
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(tickCount=4, **SIDE),
            ),
            tooltip=[DAY, alt.Tooltip("score", format=".1f")],
        )
    )
    labels = list(COMPONENTS.values())
    marks = (
        alt.Chart(changes)
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=x,
            y=alt.Y(
                "component:N", title=None, scale=alt.Scale(domain=labels), axis=alt.Axis(**SIDE)
            ),
            color=alt.Color(
                "way:N", legend=BELOW, scale=alt.Scale(domain=[UP, DOWN], range=[RAISES, LOWERS])
            ),
            shape=alt.Shape(
                "way:N",
                legend=BELOW,
                scale=alt.Scale(domain=[UP, DOWN], range=["triangle-up", "triangle-down"]),
            ),
            tooltip=[
                DAY,
                alt.Tooltip("since:T", format="%Y-%m-%d"),
                "component:N",
                alt.Tooltip("before:Q", format=".0f"),
                alt.Tooltip("after:Q", format=".0f"),
            ],
        )
    )
    return (
        alt.layer(rules, line).properties(height=220, description="Risk score by day"),
        alt.layer(rules, marks).properties(
            height=190, description="Days on which a component of the score changed"
        ),
    )


def by_month(months: pd.DataFrame, columns: dict[str, str], description: str) -> alt.Chart:
    """Lines of the columns, by their labels, over the ends of months."""
    frame = months.rename(columns=columns)
    frame = frame.melt("month", [*columns.values()], "series", "value").dropna()
    names = [*columns.values()]
    return (
        alt.Chart(frame, height=240, description=description)
        .mark_line(strokeWidth=2, point={"size": 35})
        .encode(
            x=_months(),
            y=alt.Y("value", title=None, axis=AMOUNTS),
            **_lines("series", names, [RAISES, LOWERS, PLAIN][: len(names)]),
            tooltip=[
                alt.Tooltip("month:T", format="%Y-%m"),
                "series",
                alt.Tooltip("value", format=",.1f"),
            ],
        )
    )


def comparison(history: pd.DataFrame, column: str, now: str, before: str) -> alt.Chart:
    """A metric of each day with the one it is compared with, in the column with _before."""
    frame = history.rename(columns={column: now, f"{column}_before": before})
    frame = frame.melt("date", [now, before], "series", "value").dropna()
    both = [now, before]
    return (
        alt.Chart(frame, height=220, description=f"{now}, and {before}")
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=_days(history),
            y=alt.Y("value", title=None, axis=AMOUNTS),
            **_lines("series", both, [LOWERS, PLAIN]),
            tooltip=[DAY, "series", alt.Tooltip("value", format=",.0f")],
        )
    )


def backlog(tickets: pd.DataFrame) -> alt.LayerChart:
    """Open tickets by category, each bar cut by age, with the number in each piece."""
    tickets = tickets.assign(place=[list(AGES).index(age) for age in tickets["age"]])
    base = alt.Chart(tickets).encode(
        y=alt.Y("category", title=None, axis=alt.Axis(**SIDE)),
        x=alt.X("tickets", title=None, stack="zero", axis=AMOUNTS),
        order="place",
        tooltip=["category", "age", "tickets"],
    )
    colours = alt.Scale(domain=list(AGES), range=list(AGES.values()))
    pieces = base.mark_bar().encode(color=alt.Color("age", scale=colours, legend=BELOW))
    numbers = base.mark_text(color="black", fontWeight="bold").encode(
        x=alt.X("tickets", stack="zero", bandPosition=0.5), text="tickets"
    )
    height = 110 + 36 * tickets["category"].nunique()
    return alt.layer(pieces, numbers).properties(
        height=height, description="Open tickets by category and age"
    )


def lift(deciles: pd.DataFrame) -> alt.LayerChart:
    """Bars of the lift of each decile, with a line at 1, as often as all."""
    domain = alt.Scale(domain=[*range(1, 11)])
    bars = (
        alt.Chart(deciles)
        .mark_bar(color=RAISES)
        .encode(
            x=alt.X(
                "decile:O",
                title="decile of the customers, the riskiest first",
                scale=domain,
                axis=alt.Axis(labelAngle=0),
            ),
            y=alt.Y("lift", title=None, axis=alt.Axis(tickCount=4)),
            tooltip=[
                "decile",
                alt.Tooltip("lift", format=".2f"),
                alt.Tooltip("rate", title="left (%)", format=".1f"),
                "customers",
                "churned",
            ],
        )
    )
    return alt.layer(bars, _rule("lift", 1)).properties(
        height=260, description="How often customers of each decile left, against all"
    )


def caught(deciles: pd.DataFrame) -> alt.LayerChart:
    """Which part of the lost ARR the riskiest customers had, with the line of a coin."""
    ends = pd.DataFrame({"reached": [0, 100], "caught": [0, 100]})
    points = pd.concat([ends[:1], deciles[["reached", "caught"]].dropna()])

    def percent(column: str, title: str) -> alt.X:
        kind = alt.X if column == "reached" else alt.Y
        return kind(
            column,
            title=title,
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[*range(0, 101, 20)]),
        )

    x = percent("reached", "riskiest customers (%)")
    y = percent("caught", "lost ARR (%)")
    coin = alt.Chart(ends).mark_line(color=PLAIN, strokeDash=[4, 3]).encode(x=x, y=y)
    line = (
        alt.Chart(points)
        .mark_line(color=RAISES, strokeWidth=2, point={"color": RAISES, "size": 45})
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("reached", title="riskiest customers (%)", format=".0f"),
                alt.Tooltip("caught", title="lost ARR (%)", format=".0f"),
            ],
        )
    )
    return alt.layer(coin, line).properties(
        height=260, description="Share of the lost ARR by share of the riskiest customers"
    )


def powers(months: pd.DataFrame, score: str, rival: str) -> alt.LayerChart:
    """The AUC of the score and of its best rival at each month end, with a line at one half."""
    both = [score, rival]
    span = [months["month"].min(), months["month"].max()]
    lines = (
        alt.Chart(months)
        .mark_line(strokeWidth=2, point={"size": 45})
        .encode(
            x=_months(alt.Scale(domain=[month.isoformat() for month in span])),
            y=alt.Y(
                "auc",
                title=None,
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f"),
            ),
            **_lines("predictor", both, [RAISES, LOWERS]),
            tooltip=[
                alt.Tooltip("month:T", format="%Y-%m"),
                "predictor",
                alt.Tooltip("auc", format=".2f"),
                "churned",
                "outcomes",
            ],
        )
    )
    return alt.layer(lines, _rule("auc", 0.5)).properties(
        height=240, description="AUC by month end"
    )
