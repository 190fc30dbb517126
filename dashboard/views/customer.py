"""One customer: what its score is made of, and how it came to this."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import charts
import pandas as pd
import queries
import rows
import streamlit as st
from snapshot import database

PERIODS = {"6 months": 182, "1 year": 365, "All": None}
LEAST_CHANGES = (1, 5, 10, 25, 50)
COMPARISONS = (
    ("ARR", "arr", "on the day", "90 days before"),
    ("Logins", "logins", "in 90 days", "in the 90 days before"),
    ("Unique users", "unique_users", "in 90 days", "in the 90 days before"),
)


def show_figures(customer: queries.Row) -> None:
    """The customer in five figures."""
    days = customer["days_since_last_activity"]
    figures = {
        "Risk score": f"{customer['customer_risk_score']:.1f}",
        "Rank": f"{customer['rank']:,} of {customer['ranked']:,}",
        "ARR": rows.number(customer["total_arr"]),
        "Open tickets": rows.number(customer["open_tickets"]),
        "Last login": "never" if days is None else f"{days:,} days ago" if days else "today",
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, value, border=True)


def reasons(customer: queries.Row) -> dict[str, str]:
    """For each component, the numbers behind it in words."""

    def change(percentage: Decimal | None) -> str:
        return "nothing to compare with" if percentage is None else f"{rows.signed(percentage)} %"

    def since(now: str, percentage: Decimal | None) -> str:
        return f"{now} now; against 90 days before: {change(percentage)}"

    def windows(name: str, percentage: Decimal | None) -> str:
        now, before = (
            rows.number(customer[f"num_{name}_{window}_3m"]) for window in ("last", "prev")
        )
        return f"{now} in 90 days, {before} in the 90 before: {change(percentage)}"

    open_tickets = {
        "open": "open_tickets",
        "bugs": "open_bug_tickets",
        "incidents": "open_incident_tickets",
        "14 days or older": "tickets_open_14plus_days",
    }
    return {
        "products": since(str(customer["num_products"]), customer["pct_change_products_90d"]),
        "arr": since(rows.number(customer["total_arr"]), customer["pct_change_arr_90d"]),
        "logins": windows("logins", customer["pct_change_logins_3m"]),
        "unique_users": windows("unique_users", customer["pct_change_unique_users_3m"]),
        "critical_tickets": ", ".join(
            f"{label}: {customer[name]}" for label, name in open_tickets.items()
        ),
    }


def components_table(customer: queries.Row, today: pd.Series) -> str:
    """The five components of the last day, and why each is what it is."""
    points = {name: today[f"{name}_points"] for name in queries.COMPONENTS}
    scale = max(100, *map(abs, points.values()))
    words = reasons(customer)
    body = [
        rows.points(points[name], label, scale, named=True) + rows.text(words[name])
        for name, label in queries.COMPONENTS.items()
    ]
    head = {"component": "Component", "points": "Points", "because": "Because"}
    return rows.table("What the risk score is made of", head, body)


def show_score(shown: pd.DataFrame, changes: pd.DataFrame) -> None:
    """The score, the days on which a component changed, and the same as a table."""
    for chart in charts.score(shown, changes):
        st.altair_chart(chart)
    decimals = st.column_config.NumberColumn(format="%.1f")
    with st.expander(f"{len(changes)} changes as a table"):
        st.dataframe(
            changes.iloc[::-1],
            column_order=("date", "component", "before", "after", "change"),
            column_config={
                "date": st.column_config.DateColumn(),
                **dict.fromkeys(("before", "after", "change"), decimals),
            },
            hide_index=True,
        )


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("One customer")
    customer_ids = queries.customer_ids(connection)
    if not customer_ids:
        st.info("The last build has no customers yet.")
        return
    asked_for = st.query_params.get("customer")
    customer_id = st.selectbox(
        "Customer",
        customer_ids,
        index=None,
        placeholder="Type or choose a customer",
        key="customer",
        bind="query-params",
    )
    if customer_id is None:
        if asked_for:
            st.info(f"There is no customer {rows.plain(asked_for)}.")
        return
    customer = queries.customer(connection, customer_id)
    since = f"customer since {customer['acquisition_date']}"
    known = filter(None, [customer["region"], customer["industry"], since])
    st.caption(" · ".join(map(rows.plain, known)))
    day = customer["last_metrics_date"]
    if day is None:
        st.info("This customer was acquired after the last day built: there are no days yet.")
        return
    history = queries.history(connection, customer_id)
    show_figures(customer)
    st.header("Why this score")
    rows.show(components_table(customer, history.iloc[-1]), key="why")

    st.header("Score through time")
    with st.container(horizontal=True):
        period = st.segmented_control(
            "Show", PERIODS, default="1 year", required=True, key="period", persist_state="session"
        )
        least = st.segmented_control(
            "Mark changes of at least (points)",
            LEAST_CHANGES,
            default=10,
            required=True,
            key="least",
            persist_state="session",
        )
    first = history["date"].min()
    if PERIODS[period]:
        first = max(first, pd.Timestamp(day - timedelta(days=PERIODS[period])))
    shown = history[history["date"] >= first]
    changes = queries.component_changes(history)
    changes = changes[(changes["change"].abs() >= least) & (changes["date"] >= first)]
    changes["way"] = (changes["change"] > 0).map({True: charts.UP, False: charts.DOWN})
    show_score(shown, changes)

    st.header("Against the previous 90 days")
    for place, (title, column, now, before) in zip(st.columns(3), COMPARISONS, strict=True):
        with place:
            st.markdown(f"**{title}**")
            st.altair_chart(charts.comparison(shown, column, now, before))

    st.header("Open tickets by category and age")
    tickets = queries.open_tickets(connection, customer_id)
    if tickets.empty:
        st.caption("No ticket is open.")
    else:
        st.altair_chart(charts.backlog(tickets))


main(database().state.connection)
