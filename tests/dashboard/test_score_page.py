"""What the page says of whether the score works."""

from __future__ import annotations

from pathlib import Path

from conftest import OpenApp
from shown import (
    SCORE,
    Change,
    charts,
    figures,
    said,
    tables,
)
from streamlit.testing.v1 import AppTest

# does the score work?
MANY = """
    insert into risk_score_outcomes
    select risk_score_outcomes.* replace (customer_id || number as customer_id)
    from risk_score_outcomes, range(40) as copies (number)
    where has_churned
"""

# as it is, but a table
FIXED = (
    "create table fixed as from risk_score_power",
    "drop view risk_score_power",
    "alter table fixed rename to risk_score_power",
)


def verdict(app: AppTest) -> str:
    [text] = [element.value for element in app.markdown if "A coin toss would" in element.value]
    return text


def test_whether_the_score_works(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    aucs = "update risk_score_power set auc = case predictor"
    app = open_app(
        changed(
            portfolio,
            *FIXED,
            f"{aucs} when 'customer_risk_score_raw' then 0.71 else 0.60 end",
            MANY,
        ),
        SCORE,
    )
    assert "higher in **71 of 100** cases" in verdict(app)
    assert verdict(app).endswith("No simple rival does better.")
    assert figures(app)["AUC of the score"] == "0.71"
    assert said(app) == []
    assert charts(app) == 3
    power, calls = tables(app)
    assert power.rows[1] == ["Risk score", "0.71", "71 of 100 pairs in order"]
    assert len(power.rows) == 1 + 9
    assert len(calls.rows) == 1 + 10


def test_a_simple_rival_that_does_better_is_named(
    open_app: OpenApp, portfolio: Path, changed: Change
) -> None:
    database = changed(
        portfolio,
        *FIXED,
        "update risk_score_power set auc = case predictor when 'customer_risk_score_raw' then 0.55"
        " when 'days_since_last_login' then 0.8 when 'arr_fell' then 0.56 else 0.9 end"
        " where predictor <> 'no_login_in_90_days'",
        "update risk_score_power set auc = 0.4 where predictor = 'no_login_in_90_days'",
    )
    text = verdict(open_app(database, SCORE))
    assert "**Better than the score: *ARR fell within 90 days* (56) and " in text
    assert text.endswith("*Days since the last login* (80).**")
    # a component is a part of the score, no rival
    assert "Logins" not in text


def test_few_that_left_are_a_warning(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    one = (
        "delete from risk_score_outcomes where has_churned and customer_id <>"
        " (select min(customer_id) from risk_score_outcomes where has_churned)"
    )
    [warning] = said(open_app(changed(portfolio, one), SCORE))
    assert warning.startswith("Only 1 has left. With fewer than 30,")
    assert not said(open_app(changed(portfolio, MANY), SCORE))


def test_history_that_is_too_short(open_app: OpenApp, single: Path) -> None:
    app = open_app(single, SCORE)
    [text] = said(app)
    assert text.startswith("History is too short: no month end")
    assert text.endswith(", the last day built.")
    assert charts(app) == 0
    assert tables(app) == []


def test_nobody_has_left(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    app = open_app(changed(portfolio, "delete from risk_score_outcomes where has_churned"), SCORE)
    assert said(app)[0].startswith("Nobody has left yet: all ")
    assert charts(app) == 0


def test_everybody_has_left(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    nobody = "delete from risk_score_outcomes where not has_churned"
    assert said(open_app(changed(portfolio, nobody), SCORE)) == [
        "Every customer has left: there is nobody to compare with."
    ]


def test_too_few_outcomes_for_an_outlook(
    open_app: OpenApp, portfolio: Path, changed: Change
) -> None:
    few = changed(
        portfolio,
        "create or replace view churn_rates as select n::int as decile, null::decimal(9, 6) as"
        " churn_rate, 'too_few_outcomes' as why_unknown from range(1, 11) as deciles (n)",
    )
    app = open_app(few, SCORE)
    assert len(tables(app)) == 1
    assert any("too few outcomes for an expected loss" in text.value for text in app.caption)
