"""Portfolio: what is at risk, today and over a year, where, and what moved in the last week."""

from __future__ import annotations

from datetime import timedelta

import charts
import pandas as pd
import queries
import rows
import streamlit as st
from snapshot import ask, database

MOVERS = 5
LABELS = {
    "arr": "ARR",
    "products": "products",
    "logins": "logins",
    "unique_users": "users",
}
TICKETS = {
    "open_incidents": "incident",
    "open_bugs": "bug",
    "aging_tickets": "ticket 14 days old",
}


def percent(value: float | None) -> str:
    """A percentage; a dash for none."""
    return "-" if pd.isna(value) else f"{value:.1f} %"


def money(value: float | None) -> str:
    """An amount; a dash for none."""
    return rows.number(None if pd.isna(value) else value)


def show_figures(now: queries.Row, before: queries.Row, whole: pd.Series, unit: str) -> None:
    """The figures of the day, some against a week before, if there was one."""

    def change(name: str) -> str | None:
        return rows.signed(now[name] - before[name]) if before["customers"] else None

    figures = {
        "Paying customers": (rows.number(now["paying"]), change("paying")),
        f"ARR{unit}": (rows.number(now["arr"]), change("arr")),
        f"ARR at risk{unit}": (money(whole["arr_at_risk"]), None),
        f"Expected loss{unit}": (money(whole["expected_loss"]), None),
        "NRR, 12 months": (percent(whole["nrr"]), None),
        "Gross churn, 12 months": (percent(whole["gross_churn"]), None),
        "Customer churn, 12 months": (percent(whole["customer_churn"]), None),
    }
    labels = [*figures]
    for some in (labels[:4], labels[4:]):
        with st.container(horizontal=True):
            for label in some:
                value, delta = figures[label]
                st.metric(label, value, delta, delta_color="off", border=True)


def show_bands(connection: queries.Connection, unit: str) -> None:
    """How paying customers, and their ARR, are spread over the bands and the scores."""
    st.header("Paying customers by risk")
    bands = queries.bands(connection)
    arr = sum(band["arr"] for band in bands) or 1
    ends = ["100", *(f"below {band['from_score']:g}" for band in bands)]
    body = [
        rows.name(band["band"], f"score {band['from_score']:g} to {end}")
        + rows.amount(band["customers"], "Customers")
        + rows.level(rows.number(band["arr"]), 100 * band["arr"] / arr, f"ARR{unit}")
        + rows.text(f"{100 * band['arr'] / arr:.0f} % of the ARR")
        for band, end in zip(bands, ends[:-1], strict=True)
    ]
    head = {"band": "Band", "customers": "Customers", "arr": f"ARR{unit}", "share": "Share"}
    rows.show(rows.table("Bands of the score", head, body), key="bands")
    scores = queries.score_bands(connection)
    titles = {"customers": "Customers by score", "arr": "ARR by score"}
    for place, (column, title) in zip(st.columns(2, gap="large"), titles.items(), strict=True):
        with place:
            st.subheader(title)
            st.altair_chart(charts.bands(scores, column, title))


def show_year(months: pd.DataFrame, unit: str) -> None:
    """ARR at risk, expected loss and rates at the ends of the last twelve months."""
    st.header("Over twelve months")
    if len(months) < 2:
        st.caption("Needs two complete months.")
        return
    left, right = st.columns(2, gap="large")
    amounts = {"arr_at_risk": "ARR at risk", "expected_loss": "Expected loss"}
    rates = {"nrr": "NRR", "gross_churn": "Gross churn", "customer_churn": "Customer churn"}
    with left:
        st.subheader(f"At risk at the end of each month{unit}")
        st.altair_chart(charts.by_month(months, amounts, "ARR at risk and expected loss by month"))
        st.caption(
            "Of the customers that paid then, with today's limits and churn rates; "
            "expected within `outcome_days`."
        )
    with right:
        st.subheader("Retention and churn of twelve months (%)")
        st.altair_chart(charts.by_month(months, rates, "Rates of twelve months by month"))
        st.caption(
            "Of the ARR, or the customers, a year before: kept, including growth; lost; and the "
            "customers that left."
        )


def segment_table(segments: pd.DataFrame, title: str, unit: str) -> str:
    """What is at risk in each region or industry."""
    most = segments["arr_at_risk"].max() or 1
    body = [
        rows.name(row.segment, f"{row.paying:,} paying")
        + rows.amount(row.arr, f"ARR{unit}")
        + rows.level(money(row.arr_at_risk), 100 * row.arr_at_risk / most, f"At risk{unit}")
        + rows.text(money(row.expected_loss), f"Expected loss{unit}")
        + rows.text(percent(row.nrr), "NRR")
        + rows.text(percent(row.gross_churn), "Gross churn")
        for row in segments.itertuples()
    ]
    head = {
        **{"segment": title, "arr": f"ARR{unit}", "risk": f"At risk{unit}"},
        **{"loss": f"Expected loss{unit}", "nrr": "NRR", "churn": "Gross churn"},
    }
    return rows.table(f"By {title.lower()}", head, body)


def happened(row: queries.Row) -> str:
    """Changed values within the week, in the direction of the risk."""
    worse = row["change"] > 0
    texts = []
    for name, label in LABELS.items():
        before, now = row[f"{name}_before"], row[f"{name}_now"]
        if (now < before) if worse else (now > before):
            texts.append(f"{label} {rows.number(before)} → {rows.number(now)}")
    for name, label in TICKETS.items():
        number = row[f"{name}_now"] - row[f"{name}_before"]
        if number and (number > 0) == worse:
            plural = label if abs(number) == 1 else label.replace("ticket", "tickets", 1)
            if plural == label and abs(number) > 1:
                plural = f"{label}s"
            texts.append(f"{abs(number)} {'new' if worse else 'fewer'} {plural}")
    if texts and row["real_change"]:
        rest = abs(row["change"] - row["real_change"]) > abs(row["change"]) / 4
        return "; ".join([*texts, *(["the rest is an effect of the window"] if rest else [])])
    if row["real_change"]:
        return f"{'a larger' if worse else 'a smaller'} share of the open tickets is critical"
    extreme = max if worse else min
    name = extreme(queries.COMPARED, key=lambda name: row[name])
    now = rows.number(row[f"{name}_now"])
    return f"effect of the window: {LABELS[name]} {now}, but compared with another day than before"


def mover_table(title: str, movers: list[queries.Row]) -> str:
    """Movers with their change in points and the reason."""
    scale = max(abs(row["change"]) for row in movers)
    body = [
        rows.link(row["customer_id"], f"ARR {rows.number(row['total_arr'])}")
        + rows.score(row["customer_risk_score"])
        + rows.points(row["change"], "Change", scale)
        + rows.text(happened(row), "What happened:")
        for row in movers
    ]
    head = {"customer": "Customer", "score": "Score", "change": "Change", "what": "What happened"}
    return rows.table(title, head, body)


def show_movers(*, has_week: bool) -> None:
    """Whose risk rose and fell most within the week."""
    titles = ("Risk rose most this week", "Risk fell most this week")
    both = ask(queries.movers, MOVERS)
    for place, title, movers in zip(st.columns(2, gap="large"), titles, both, strict=True):
        with place:
            st.header(title)
            if not movers:
                st.caption("Nobody." if has_week else "Needs a week of history.")
            elif customer_id := rows.show(mover_table(title, movers), key=title).open:
                rows.open_customer(customer_id)
    st.caption(
        "Paying customers. Changes are in points of the raw score, the sum of five components, "
        "which depends on the customer alone; the score scales it between the day's lowest (0) and "
        "highest (100). Logins and users are those of 90 days. Real changes come first; an effect "
        "of the window comes from a change 90 or 180 days ago that has moved out of, or into, the "
        "comparison."
    )


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Portfolio today")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    unit = queries.unit(connection)
    week_ago = day - timedelta(days=queries.WEEK)
    now, before = queries.totals(connection, day), queries.totals(connection, week_ago)
    has_week = bool(before["customers"])
    segments, months = ask(queries.segments), ask(queries.months)
    st.caption(f"{day}, changes since {week_ago}" if has_week else f"{day}")
    show_figures(now, before, segments[segments["kind"] == "all"].iloc[0], unit)
    show_movers(has_week=has_week)
    show_bands(connection, unit)
    show_year(months, unit)
    for kind in ("region", "industry"):
        st.header(f"By {kind}")
        some = segments[segments["kind"] == kind]
        rows.show(segment_table(some, kind.capitalize(), unit), key=kind)
    st.caption(
        "At risk is the ARR of customers with a score in the band *at risk* (`risk_bands`); "
        "expected loss is the ARR likely to be lost within `outcome_days`. NRR and churn are those "
        "of the twelve months up to the last month end."
    )


main(database().state.connection)
