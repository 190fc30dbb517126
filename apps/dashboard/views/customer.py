"""One customer: what its score is made of, and how it came to this."""

from __future__ import annotations

from datetime import date, timedelta
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


def show_figures(customer: queries.Row, unit: str) -> None:
    """The customer in figures; the day of the last login, as the data may be old."""
    days, day = customer["days_since_last_activity"], customer["last_metrics_date"]
    figures = {
        "Risk score": f"{customer['customer_risk_score']:.1f}",
        "Rank": f"{customer['rank']:,} of {customer['ranked']:,}",
        f"ARR{unit}": rows.number(customer["total_arr"]),
        f"Expected loss{unit}": rows.number(customer["expected_lost_arr"]),
        "Open tickets": rows.number(customer["open_tickets"]),
        "Last login": "never" if days is None else f"{day - timedelta(days=days)}",
    }
    rows.figures(figures)


def notes(customer: queries.Row) -> list[str]:
    """Notes on the figures."""
    texts = []
    never = customer["has_never_logged_in"]
    early = customer["num_logins_last_3m"] + customer["num_logins_prev_3m"]
    if never and early:
        texts.append(
            f"Nobody has logged in since the acquisition on {customer['acquisition_date']}: the "
            f"{early:,} {'login' if early == 1 else 'logins'} of the last 180 days came before it. "
            "They count in the windows, but not as activity."
        )
    if customer["is_silent_30"]:
        since = "since its acquisition, " if never else ""
        silent = rows.days(customer["days_silent"])
        texts.append(
            f"Paying, but silent: no login {since}for {silent}. The score does not "
            "show that once nothing falls any more."
        )
    return texts


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
    return rows.table("Components of the risk score", head, body)


def show_score(shown: pd.DataFrame, changes: pd.DataFrame) -> None:
    """The score, the days on which a component changed, and the same as a table."""
    for chart in charts.score(shown, changes):
        st.altair_chart(chart)
    decimals = st.column_config.NumberColumn(format="%.1f")
    st.caption(
        "A mark stands where a component has moved by that much since its mark before: at once, or "
        "in small steps that add up."
    )
    number = "1 change" if len(changes) == 1 else f"{len(changes):,} changes"
    with st.expander(f"{number} as a table"):
        st.dataframe(
            changes.iloc[::-1],
            column_order=("date", "component", "since", "before", "after", "change"),
            column_config={
                **dict.fromkeys(("date", "since"), st.column_config.DateColumn()),
                **dict.fromkeys(("before", "after", "change"), decimals),
            },
            hide_index=True,
        )


def ticket_table(tickets: list[queries.Row]) -> str:
    """The open tickets, the oldest first."""
    most = max(ticket["days_open"] for ticket in tickets) or 1
    body = [
        rows.name(ticket["ticket_id"], ticket["ticket_category"] or "")
        + rows.text(f"{ticket['created_date']:%Y-%m-%d}", "Created")
        + rows.level(rows.days(ticket["days_open"]), 100 * ticket["days_open"] / most, "Open for")
        for ticket in tickets
    ]
    return rows.table("Open tickets", {"t": "Ticket", "c": "Created", "d": "Open for"}, body)


def show_history(history: pd.DataFrame, day: date) -> None:
    """The score and what it is made of, through time."""
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
    changes = queries.component_changes(history, least)
    changes = changes[changes["date"] >= first].copy()
    changes["way"] = (changes["change"] > 0).map({True: charts.UP, False: charts.DOWN})
    show_score(shown, changes)

    st.header("Against the previous 90 days")
    for place, (title, column, now, before) in zip(
        st.columns(3, gap="large"), COMPARISONS, strict=True
    ):
        with place:
            st.subheader(title)
            st.altair_chart(charts.comparison(shown, column, now, before))


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("One customer")
    asked_for = st.session_state.get("customer") or st.query_params.get("customer")
    customer_ids, is_all = queries.customer_ids(connection, asked_for)
    if not customer_ids:
        st.info("The last build has no customers yet.")
        return
    customer_id = st.selectbox(
        "Customer",
        customer_ids,
        index=None,
        placeholder="Type or choose a customer" if is_all else "Type an id, or choose a large one",
        accept_new_options=not is_all,
        key="customer",
        bind="query-params",
    )
    customer = queries.customer(connection, customer_id) if customer_id else None
    if customer is None:
        if asked_for:
            st.info(f"There is no customer {rows.plain(asked_for)}.")
        return
    since = f"customer since {customer['acquisition_date']}"
    known = filter(None, [customer["region"], customer["industry"], since])
    st.caption(" · ".join(map(rows.plain, known)))
    if attributes := queries.customer_attributes(connection, customer_id):
        st.caption(
            " · ".join(
                f"{rows.plain(label)}: {rows.plain(value)}"
                for label, value in attributes.items()
                if value
            )
        )
    st.set_page_config(page_title=f"{attributes.get('Name') or customer_id} · Customer health")
    day = customer["last_metrics_date"]
    if day is None:
        st.info("This customer was acquired after the last day built: there are no days yet.")
        return
    history = queries.history(connection, customer_id)
    show_figures(customer, queries.unit(connection))
    for note in notes(customer):
        st.info(note)
    st.header("Why this score")
    rows.show(components_table(customer, history.iloc[-1]), key="why")

    if len(history) == 1:
        st.info(
            f"{day} is the first day of this customer: there is nothing to draw or compare yet."
        )
    else:
        show_history(history, day)

    st.header("Open tickets")
    tickets = queries.open_tickets(connection, customer_id)
    if tickets.empty:
        st.caption("No ticket is open.")
    else:
        st.altair_chart(charts.backlog(tickets))
        listed = queries.ticket_table(connection, customer_id).to_dict("records")
        rows.show(ticket_table(listed), key="tickets")


main(database().state.connection)
