"""Does the score work? What became of those whom it put first, beside plain guesses."""

from __future__ import annotations

import charts
import queries
import rows
import streamlit as st
from snapshot import ask, database

# Of fewer that left, an AUC says little: it could be 0.1 higher or lower by chance.
FEW_LEFT = 30
CALLS = 10
SCORE = "customer_risk_score_raw"
PREDICTORS = {
    SCORE: "Risk score",
    **{f"{name}_driver": label for name, label in queries.COMPONENTS.items()},
    "no_login_in_90_days": "No login in 90 days",
    "arr_fell": "ARR fell within 90 days",
    "days_since_last_login": "Days since the last login",
}
RIVALS = ("no_login_in_90_days", "arr_fell", "days_since_last_login")
WINDOW = "`outcome_days` (90, unless set otherwise)"


def cases(auc: float) -> str:
    """In how many of a hundred pairs the one who left came first."""
    return f"{100 * auc:.0f} of 100"


def verdict(powers: dict[str, float]) -> str:
    """What the AUC of the score means, and which plain rival does better."""
    text = (
        "Of a customer who left and one who stayed, the score put the one who left first in "
        f"**{cases(powers[SCORE])}** cases. A coin would in 50."
    )
    better = [name for name in RIVALS if powers[name] > powers[SCORE]]
    if not better:
        return f"{text} No plain guess does better."
    named = " and ".join(f"*{PREDICTORS[name]}* ({100 * powers[name]:.0f})" for name in better)
    return f"{text} **Better than the score: {named}.**"


def _kind(name: str) -> str:
    return "plain guess" if name in RIVALS else "" if name == SCORE else "component"


def show_figures(found: queries.Row, auc: float) -> None:
    """What the page rests on."""
    figures = {
        "Outcomes": f"{found['outcomes']:,}",
        "Customers that left": f"{found['leavers']:,}",
        "ARR lost": rows.number(found["lost_arr"]),
        "AUC of the score": f"{auc:.2f}",
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, value, border=True)


def power_table(powers: dict[str, float]) -> str:
    """The score, its drivers and its rivals, the best first."""
    ordered = sorted(powers, key=lambda name: -powers[name])
    body = [
        rows.name(PREDICTORS[name], _kind(name))
        + rows.level(f"{powers[name]:.2f}", 100 * powers[name], "AUC")
        + rows.text(f"{cases(powers[name])} pairs in order")
        for name in ordered
    ]
    return rows.table(
        "How well each tells who leaves",
        {"predictor": "Ordered by", "auc": "AUC", "meaning": "That is"},
        body,
    )


def outlook_table(found: list[queries.Row]) -> str:
    """Who pays and may leave, the largest expected loss first."""
    most = max(row["expected_lost_arr"] for row in found) or 1
    body = [
        rows.link(row["customer_id"], row["region"], row["industry"])
        + rows.level(
            rows.number(row["expected_lost_arr"]),
            100 * row["expected_lost_arr"] / most,
            "Expected loss",
        )
        + rows.amount(row["total_arr"], "ARR")
        + rows.text(f"{100 * row['churn_rate']:.1f} % (tenth {row['tenth']})", "Like it, left:")
        for row in found
    ]
    head = {"customer": "Customer", "loss": "Expected loss", "arr": "ARR", "rate": "Like it, left"}
    return rows.table("Largest expected losses", head, body)


def main(connection: queries.Connection) -> None:
    """The page."""
    st.title("Does the score work?")
    day = queries.last_day(connection)
    if day is None:
        st.info("The last build has no customers yet.")
        return
    found = queries.outcomes(connection)
    if not found["outcomes"]:
        st.info(
            f"History is too short to say: no month end with paying customers lies {WINDOW} days "
            f"before {day}, the last day built."
        )
        return
    months = f"{found['first']:%Y-%m} to {found['last']:%Y-%m}"
    st.caption(
        f"What the paying customers of each month end, {months}, had become {WINDOW} days later"
    )
    if not found["churned"]:
        st.info(
            f"Nobody has left yet: all {found['outcomes']:,} outcomes are of customers that still "
            "paid. Whether the score works shows once somebody leaves."
        )
        return
    if found["churned"] == found["outcomes"]:
        st.info("Every customer has left: there is nobody to compare them with.")
        return
    powers = ask(queries.powers)
    if found["leavers"] < FEW_LEFT:
        st.warning(
            f"Only {found['leavers']:,} {'has' if found['leavers'] == 1 else 'have'} left. With "
            f"fewer than {FEW_LEFT}, much of what follows is chance.",
            icon=":material/warning:",
        )
    st.markdown(verdict(powers))
    show_figures(found, powers[SCORE])

    lift = ask(queries.lift)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Who left, by tenth")
        st.altair_chart(charts.lift(lift))
        st.caption("How often customers of a tenth left, against all: 2 is twice as often.")
    with right:
        st.header("Lost ARR caught")
        st.altair_chart(charts.caught(lift))
        st.caption("Of the ARR that was lost, how much was with the riskiest customers.")

    st.header("Score, components and plain guesses")
    rows.show(power_table(powers), key="power")
    st.caption(
        "A component is what it adds to the score. Most customers are alike in some of them; a tie "
        "counts as half, so that such a component is near 0.50."
    )

    st.header("Through time")
    best = max(RIVALS, key=lambda name: powers[name])
    months_found = ask(queries.powers_by_month, {n: PREDICTORS[n] for n in (SCORE, best)})
    st.altair_chart(charts.powers(months_found, PREDICTORS[SCORE], PREDICTORS[best]))
    st.caption(
        f"The score and the best plain guess, for the {months_found['month'].nunique()} month ends "
        "of which some left and some stayed. Few left after each, so that it goes up and down."
    )

    st.header("Largest expected losses")
    calls = queries.outlook(connection, CALLS)
    if not calls:
        st.caption("There are too few outcomes to expect anything, or nobody pays.")
        return
    if clicked := rows.show(outlook_table(calls), key="outlook").open:
        rows.open_customer(clicked)
    st.caption(
        "Expected loss is the ARR times how often customers in the same tenth left; a tenth with "
        "few outcomes is taken to be much like all."
    )


main(database().state.connection)
