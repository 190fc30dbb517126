"""Does the score work? Outcomes by score, against simple rivals."""

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
    """In how many of 100 pairs the one that left ranks higher."""
    return f"{100 * auc:.0f} of 100"


def verdict(powers: dict[str, float]) -> str:
    """What the AUC of the score means, and which simple rival does better."""
    text = (
        "Of a customer that left and one that stayed, the score ranked the former higher in "
        f"**{cases(powers[SCORE])}** cases. A coin toss would in 50."
    )
    better = [name for name in RIVALS if powers[name] > powers[SCORE]]
    if not better:
        return f"{text} No simple rival does better."
    named = " and ".join(f"*{PREDICTORS[name]}* ({100 * powers[name]:.0f})" for name in better)
    return f"{text} **Better than the score: {named}.**"


def _kind(name: str) -> str:
    return "simple rival" if name in RIVALS else "" if name == SCORE else "component"


def show_figures(found: queries.Row, auc: float) -> None:
    """The numbers behind the page."""
    figures = {
        "Outcomes": f"{found['outcomes']:,}",
        "Customers that left": f"{found['leavers']:,}",
        "ARR lost": rows.number(found["lost_arr"]),
        "AUC of the score": f"{auc:.2f}",
    }
    rows.figures(figures)


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
        "How well each predicts who leaves",
        {"predictor": "Ranked by", "auc": "AUC", "meaning": "Meaning"},
        body,
    )


def outlook_table(found: list[queries.Row]) -> str:
    """Paying customers, the largest expected loss first."""
    most = max(row["expected_lost_arr"] for row in found) or 1
    body = [
        rows.link(row["customer_id"], row["region"], row["industry"])
        + rows.level(
            rows.number(row["expected_lost_arr"]),
            100 * row["expected_lost_arr"] / most,
            "Expected loss",
        )
        + rows.amount(row["total_arr"], "ARR")
        + rows.text(f"{100 * row['churn_rate']:.1f} % (decile {row['decile']})", "Churn rate:")
        for row in found
    ]
    head = {"customer": "Customer", "loss": "Expected loss", "arr": "ARR", "rate": "Churn rate"}
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
            f"History is too short: no month end with paying customers is {WINDOW} days before "
            f"{day}, the last day built."
        )
        return
    months = f"{found['first']:%Y-%m} to {found['last']:%Y-%m}"
    st.caption(
        f"What the paying customers of each month end, {months}, had become {WINDOW} days later"
    )
    if not found["churned"]:
        st.info(
            f"Nobody has left yet: all {found['outcomes']:,} outcomes are of customers that still "
            "paid. Whether the score works will show once somebody leaves."
        )
        return
    if found["churned"] == found["outcomes"]:
        st.info("Every customer has left: there is nobody to compare with.")
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
        st.header("Who left, by decile")
        st.altair_chart(charts.lift(lift))
        st.caption("Churn rate of each decile, relative to all: 2 is twice as often.")
    with right:
        st.header("Lost ARR caught")
        st.altair_chart(charts.caught(lift))
        st.caption("Share of the lost ARR that the riskiest customers had.")

    st.header("Score, components and simple rivals")
    rows.show(power_table(powers), key="power")
    st.caption(
        "A component counts as what it adds to the score. If most customers have the same value, "
        "the AUC is near 0.50, because a tie counts as half."
    )

    st.header("Through time")
    best = max(RIVALS, key=lambda name: powers[name])
    months_found = ask(queries.powers_by_month, {n: PREDICTORS[n] for n in (SCORE, best)})
    st.altair_chart(charts.powers(months_found, PREDICTORS[SCORE], PREDICTORS[best]))
    st.caption(
        f"The score and the best simple rival, for {months_found['month'].nunique()} month ends "
        "after which some left and some stayed. With few leavers each, it fluctuates."
    )

    st.header("Largest expected losses")
    calls = queries.outlook(connection, CALLS)
    if not calls:
        st.caption("There are too few outcomes for an expected loss, or nobody pays.")
        return
    if clicked := rows.show(outlook_table(calls), key="outlook").open:
        rows.open_customer(clicked)
    st.caption(
        "Expected loss is ARR times the churn rate of the customer's decile; with few outcomes, "
        "the rate is drawn towards the overall one."
    )


main(database().state.connection)
