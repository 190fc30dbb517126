"""What the pages say, on every kind of database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import queries
import rows
from conftest import OpenApp
from streamlit.testing.v1 import AppTest

Change = Callable[..., Path]

PAGES = [
    "views/portfolio.py",
    "views/at_risk.py",
    "views/renewals.py",
    "views/customer.py",
    "views/score.py",
    "views/data_health.py",
]
SCORE = "views/score.py"
AT_RISK = "views/at_risk.py"
RENEWALS = "views/renewals.py"
CUSTOMER = "views/customer.py"
HEALTH = "views/data_health.py"


class Cells(HTMLParser):
    """The texts of a table by row, and every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def tables(app: AppTest) -> list[Cells]:
    found = []
    for element in app.main:
        if element.type == "bidi_component":
            cells = Cells()
            cells.feed(json.loads(element.proto.json))
            found.append(cells)
    return found


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def charts(app: AppTest) -> int:
    return sum(element.type == "vega_lite_chart" for element in app.main)


def said(app: AppTest) -> list[str]:
    """All notices but that of old data, which every page of a test has."""
    boxes = (*app.info, *app.success, *app.warning, *app.error)
    return [box.value for box in boxes if not box.value.startswith("These data are ")]


def oldest(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select arg_min(customer_id, acquisition_date) from customers_enriched"
        return connection.execute(query).fetchone()[0]


def listed(app: AppTest, which: str) -> list[list[str]]:
    """The rows of one of the lists."""
    app.segmented_control(key="list").set_value(which).run()
    return [row for cells in tables(app) for row in cells.rows[1:]]


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def customers(app: AppTest) -> list[str]:
    [cells] = tables(app)
    return [row[0] for row in cells.rows[1:]]


# every page, every database


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["handmade", "portfolio", "single", "empty"])
def test_every_page_opens(
    request: pytest.FixtureRequest, open_app: OpenApp, name: str, page: str
) -> None:
    app = open_app(request.getfixturevalue(name), page)
    assert len(app.title) == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_database(open_app: OpenApp, tmp_path: Path, page: str) -> None:
    path = tmp_path / "nothing.duckdb"
    app = open_app(path, page)
    assert said(app) == [f"There is no database at `{path}`; run `make build`."]
    assert len(app.title) == 0


@pytest.mark.parametrize("page", PAGES[:5])
def test_an_empty_database(open_app: OpenApp, empty: Path, page: str) -> None:
    app = open_app(empty, page)
    assert said(app) == ["The last build has no customers yet."]
    assert charts(app) == 0


def test_the_newest_data_follow_and_the_last_ones_stay(
    open_app: OpenApp, handmade: Path, changed: Change
) -> None:
    database = changed(handmade)
    app = open_app(database)
    assert figures(app)["ARR"] == "1,600"
    database.unlink()
    app.run()
    assert "There is no database" in said(app)[0]
    assert "You see the data of 20" in said(app)[0]
    assert figures(app)["ARR"] == "1,600"
    changed(handmade, "delete from customer_daily_metrics where customer_id = 'B'").rename(database)
    app.run()
    assert said(app) == []
    assert figures(app)["ARR"] == "600"


# portfolio


def test_old_data_are_told_on_every_page(
    open_app: OpenApp, handmade: Path, changed: Change
) -> None:
    for page in PAGES:
        [banner] = [box.value for box in open_app(handmade, page).warning if "old" in box.value]
        assert banner.endswith("days old: the last day built is 2024-04-01.")
    fresh = changed(handmade, "update customers_enriched set last_metrics_date = current_date - 2")
    assert not list(open_app(fresh, AT_RISK).warning)


def test_figures_of_the_portfolio(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade)
    assert figures(app) == {
        "Paying customers": "2",
        "ARR": "1,600",
        "ARR at risk": "1,600",
        "Expected loss": "-",
        "NRR, 12 months": "-",
        "Gross churn, 12 months": "-",
        "Customer churn, 12 months": "-",
    }
    assert app.caption[0].value == "2024-04-01, changes since 2024-03-25"
    assert charts(app) == 4


def test_bands_have_the_limits_of_the_settings(open_app: OpenApp, owned: Path) -> None:
    app = open_app(owned)
    bands = next(cells for cells in tables(app) if cells.rows[0][0] == "Band")
    assert bands.rows == [
        ["Band", "Customers", "ARR (EUR)", "Share"],
        ["At riskscore 90 to 100", "1", "600", "38 % of the ARR"],
        ["Watchscore 50 to below 90", "1", "1,000", "62 % of the ARR"],
        ["Calmscore 0 to below 50", "0", "0", "0 % of the ARR"],
    ]
    assert figures(app)["ARR at risk (EUR)"] == "600"


def test_segments(open_app: OpenApp, handmade: Path) -> None:
    by_region, by_industry = tables(open_app(handmade))[-2:]
    assert by_region.rows[1:] == [
        ["APAC1 paying", "1,000", "1,000", "-", "-", "-"],
        ["EMEA1 paying", "600", "600", "-", "-", "-"],
        ["AMER0 paying", "0", "0", "-", "-", "-"],
    ]
    assert [row[0] for row in by_industry.rows[1:]] == [
        *("(none)1 paying", "Software1 paying", "Retail0 paying")
    ]


def test_movers_are_told_in_actual_values(open_app: OpenApp, portfolio: Path) -> None:
    risen, fallen = tables(open_app(portfolio))[:2]
    with duckdb.connect(str(portfolio), read_only=True) as connection:
        arr = dict(
            connection.execute("select customer_id, total_arr from customers_enriched").fetchall()
        )
    for cells, sign in ((risen, "+"), (fallen, "-")):
        assert cells.rows[0] == ["Customer", "Score", "Change", "What happened"]
        assert 1 < len(cells.rows) <= 6
        for name, _, change, what in cells.rows[1:]:
            assert change.startswith(sign)
            assert arr[name.split("ARR")[0]] > 0
            assert what
            assert "Fewer" not in what
            for before, now in re.findall(r"([\d,]+) → ([\d,]+)", what):
                was, is_now = (int(number.replace(",", "")) for number in (before, now))
                assert (was > is_now) == (sign == "+")


def test_effects_of_the_window_are_named(
    open_app: OpenApp, portfolio: Path, changed: Change
) -> None:
    """Nothing differs from a week ago but what it is compared with."""
    columns = [
        *queries.VALUES.values(),
        *("pct_change_products_90d", "pct_change_arr_90d", "pct_change_unique_users_3m"),
    ]
    same = ", ".join(f"{column} = now.{column}" for column in columns)
    fallen = "now.pct_change_logins_3m between -100 and 0"
    still = changed(
        portfolio,
        f"update customer_daily_metrics as before set {same}, "
        f"pct_change_logins_3m = now.pct_change_logins_3m + if({fallen}, 50, 0), "
        f"customer_risk_score_raw = now.customer_risk_score_raw - if({fallen}, 50, 0) "
        "from customers_enriched as now "
        "where before.customer_id = now.customer_id and before.date = now.last_metrics_date - 7",
    )
    risen = tables(open_app(still))[0]
    assert len(risen.rows) == 6
    for _, _, change, what in risen.rows[1:]:
        assert change == "+50"
        assert what.startswith("effect of the window: logins ")


def test_nobody_moved(open_app: OpenApp, single: Path) -> None:
    app = open_app(single)
    assert [caption.value for caption in app.caption].count("Nobody.") == 2


def test_less_than_a_week(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(
        changed(handmade, "delete from customer_daily_metrics where date <= '2024-03-26'")
    )
    captions = [caption.value for caption in app.caption]
    assert captions[0] == "2024-04-01"
    assert captions.count("Needs a week of history.") == 2
    assert [metric.delta for metric in app.metric] == [""] * 7


# customers at risk


def test_who_pays_comes_first_by_what_can_be_lost(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    [cells] = tables(app)
    assert cells.rows == [
        [
            *("Customer", "Score x ARR ▼", "Score", "ARR today"),
            *("Products", "ARR", "Logins", "Users", "Tickets"),
        ],
        ["BAPAC", "833", "83.3", "1,000", "0", "0", "+50", "0", "+33"],
        ["AEMEA · Software", "600", "100.0", "600", "0", "+50", "-50", "0", "+100"],
    ]
    assert [attributes.get("aria-sort") for tag, attributes in cells.tags if tag == "th"] == [
        *(None, "descending"),
        *[None] * 7,
    ]
    assert "1 to 2 of 2 on 2024-04-01." in app.caption[0].value


def test_expected_losses_are_shown_where_there_are_any(
    open_app: OpenApp, portfolio: Path, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> None:
    cells = tables(open_app(portfolio, AT_RISK))[0]
    assert cells.rows[0][1] == "Expected loss ▼"
    query = """
        select customer_id
        from customer_outlook inner join customer_risk_drivers using (customer_id)
        where date = (select max(date) from customer_daily_metrics) and largest_driver is not null
        order by expected_lost_arr desc, customer_id limit 25
    """
    expected = [name for (name,) in read(portfolio).execute(query).fetchall()]
    links = [attributes["data-open"] for tag, attributes in cells.tags if tag == "a"]
    assert links == expected


def test_nobody_is_at_risk(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    """All are flat, so that all have the score 50."""
    flat = changed(
        handmade,
        "update customer_daily_metrics set customer_risk_score = 50, customer_risk_score_raw = 0, "
        "pct_change_products_90d = 0, pct_change_arr_90d = 0, pct_change_logins_3m = 0, "
        "pct_change_unique_users_3m = 0",
        "update customers_enriched set customer_risk_score = 50, customer_risk_score_raw = 0",
    )
    app = open_app(flat, AT_RISK)
    assert said(app) == ["Nobody is at risk: nothing raises the score of any paying customer."]
    assert tables(app) == []
    assert len(listed(app, "Paying")) == 2


def test_silent_payers(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(handmade, AT_RISK)
    assert listed(app, "Silent 30 days") == [["BAPAC", "1,000", "60", "833", "83.3", "3"]]
    assert listed(app, "Silent 90 days") == []
    assert said(app)[0].startswith("Nobody: every paying customer")
    never = changed(
        handmade,
        "update customers_enriched set days_since_last_activity = null where customer_id = 'A'",
    )
    found = listed(open_app(never, AT_RISK), "Silent 90 days")
    assert [row[:3] for row in found] == [["AEMEA · Software", "600", "91, since its acquisition"]]


def test_who_left(
    open_app: OpenApp,
    portfolio: Path,
    read: Callable[[Path], duckdb.DuckDBPyConnection],
) -> None:
    query = """
        select customer_id, max(date), arg_max(total_arr, date) from customer_daily_metrics
        where total_arr > 0 and customer_id in (
            select customer_id from customers_enriched where total_arr = 0
        )
        group by customer_id having max(date) >= date '2025-12-31' - 90
        order by 3 desc, 1
    """
    expected = [
        [customer_id, f"{arr:,.0f}", f"{day}"]
        for customer_id, day, arr in read(portfolio).execute(query).fetchall()
    ]
    assert expected
    found = listed(open_app(portfolio, AT_RISK), "Left")
    assert [[row[0][:5], *row[1:3]] for row in found] == expected
    assert len(listed(open_app(portfolio, AT_RISK), "All")) == 25


def test_a_bar_is_as_long_as_its_points(open_app: OpenApp, handmade: Path) -> None:
    [cells] = tables(open_app(handmade, AT_RISK))
    bars = [attributes for tag, attributes in cells.tags if tag == "i"]
    assert [(bar["class"], bar["style"]) for bar in bars][4:] == [
        ("level", "left:0;width:72.0%"),
        ("level", "left:0;width:100.0%"),
        ("up", "left:50%;width:25.0%"),
        ("down", "right:50%;width:25.0%"),
        ("up", "left:50%;width:50.0%"),
    ]


def test_sorting_is_in_the_address(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, AT_RISK, sort="total_arr")
    [cells] = tables(app)
    amounts = [int(row[3].replace(",", "")) for row in cells.rows[1:]]
    assert amounts == sorted(amounts)
    heads = [attributes for tag, attributes in cells.tags if tag == "th"]
    assert heads[3] == {"scope": "col", "aria-sort": "ascending"}
    # what is no column of the list is not heeded
    [cells] = tables(open_app(portfolio, AT_RISK, sort="-1; drop table x"))
    assert cells.rows[0][1] == "Expected loss ▼"


def test_filters(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    app.multiselect(key="region").select("EMEA").select("APAC")
    app.run()
    assert [name[0] for name in customers(app)] == ["B", "A"]
    app.multiselect(key="industry").select("(none)")
    app.run()
    assert [name[0] for name in customers(app)] == ["B"]
    app.number_input(key="arr_to").set_value(999)
    app.run()
    assert said(app) == ["No customer matches these filters."]
    app.multiselect(key="industry").unselect("(none)")
    app.run()
    assert [name[0] for name in customers(app)] == ["A"]
    app.number_input(key="arr_to").set_value(None)
    app.number_input(key="arr_from").set_value(601)
    app.run()
    assert [name[0] for name in customers(app)] == ["B"]


def test_filters_stay_when_another_page_is_visited(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK)
    app.multiselect(key="region").select("APAC")
    app.run()
    app.switch_page(HEALTH).run()
    app.switch_page(AT_RISK).run()
    assert app.multiselect(key="region").value == ["APAC"]
    assert [name[0] for name in customers(app)] == ["B"]


def test_filters_come_from_the_address(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, AT_RISK, region="APAC")
    assert app.multiselect(key="region").value == ["APAC"]
    assert [name[0] for name in customers(app)] == ["B"]
    app = open_app(handmade, AT_RISK, search="a", list="All")
    assert [name[0] for name in customers(app)] == ["A"]


def test_attributes_are_columns_and_filters(open_app: OpenApp, owned: Path) -> None:
    app = open_app(owned, AT_RISK)
    [cells] = tables(app)
    assert cells.rows[0][:3] == ["Customer", "Owner", "Score x ARR (EUR) ▼"]
    assert [row[:3] for row in cells.rows[1:]] == [
        ["=1+1B · APAC", "-", "833"],
        ["Acme & <b>Co</b>A · EMEA · Software", "Ann", "600"],
    ]
    app.multiselect(key="attribute_owner").select("Ann").run()
    assert [name[:4] for name in customers(app)] == ["Acme"]
    app.multiselect(key="attribute_owner").unselect("Ann").select("(none)").run()
    assert customers(app) == ["=1+1B · APAC"]
    app.multiselect(key="attribute_owner").unselect("(none)").run()
    app.text_input(key="search").set_value("ACME").run()
    assert [name[:4] for name in customers(app)] == ["Acme"]
    app = open_app(owned, CUSTOMER, customer="A")
    assert r"Name: Acme \& \<b\>Co\<\/b\> · Owner: Ann" in captions(app)


def test_pages_of_the_list(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, AT_RISK, list="All")
    previous, following = app.button
    assert (previous.disabled, following.disabled) == (True, False)
    seen = customers(app)
    for first, last in ((26, 50), (51, 60)):
        app.button[1].click().run()
        assert f"{first} to {last} of 60 on 2025-12-31." in app.caption[0].value
        seen += customers(app)
    assert len(set(seen)) == len(seen) == 60
    previous, following = app.button
    assert (previous.disabled, following.disabled) == (False, True)
    # another choice begins at its first page
    app.number_input(key="arr_from").set_value(1).run()
    assert " 1 to 25 of " in app.caption[0].value


# renewals


def test_renewals(
    open_app: OpenApp, portfolio: Path, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> None:
    app = open_app(portfolio, RENEWALS)
    counts = []
    for period, days in (("30 days", 30), ("60 days", 60), ("90 days", 90)):
        app.segmented_control(key="within").set_value(period).run()
        query = """
            select customer_id, product_id, arr, arr * expected_lost_arr / total_arr as lost
            from upcoming_renewals inner join customers_enriched using (customer_id)
            where days_until_end <= ? and arr > 0 and total_arr > 0
        """
        query = query.replace("expected_lost_arr", "upcoming_renewals.expected_lost_arr")
        expected = read(portfolio).execute(query, [days]).fetchall()
        expected.sort(key=lambda row: -row[3])
        found = [row for cells in tables(app) for row in cells.rows[1:]]
        assert [(row[0][:5], row[1]) for row in found] == [row[:2] for row in expected]
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert figures(app)["To renew"] == str(counts[-1])
    app.text_input(key="search").set_value("nobody").run()
    assert said(app)[0].startswith("No paying subscription ends within 90 days")


def test_what_the_data_say_stays_text(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    name, region = "<img src=x onerror=alert(1)>", 'EMEA" onclick="alert(2)'
    odd = changed(
        handmade,
        f"update customer_daily_metrics set customer_id = '{name}' where customer_id = 'A'",
        f"update customers_enriched set customer_id = '{name}', region = '{region}', "
        "industry = '*<b>R&D*' where customer_id = 'A'",
    )
    [cells] = tables(open_app(odd, AT_RISK))
    assert cells.rows[2][0] == f"{name}{region} · *<b>R&D*"
    assert {tag for tag, _ in cells.tags}.isdisjoint({"img", "script"})
    assert not [a for _, attributes in cells.tags for a in attributes if a.startswith("on")]
    [link] = [attributes for tag, attributes in cells.tags if tag == "a"][1:]
    assert link["data-open"] == name
    app = open_app(odd, CUSTOMER, customer=name)
    assert app.caption[0].value == (
        r"EMEA\" onclick\=\"alert\(2\) · \*\<b\>R\&D\* · customer since 2024\-01\-01"
    )


# one customer


def test_one_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="A")
    assert figures(app) == {
        "Risk score": "100.0",
        "Rank": "1 of 3",
        "ARR": "600",
        "Expected loss": "-",
        "Open tickets": "1",
        "Last login": "2024-04-01",
    }
    cells, tickets = tables(app)
    assert tickets.rows[1:] == [["T1bug", "2024-03-18", "14 days"]]
    assert [row[:2] for row in cells.rows[1:]] == [
        ["Products", "0"],
        ["ARR", "+50"],
        ["Logins", "-50"],
        ["Users", "0"],
        ["Tickets", "+100"],
    ]
    assert charts(app) == 6


def test_bars_of_other_weights(open_app: OpenApp, weighted: Path) -> None:
    [cells] = tables(open_app(weighted, AT_RISK))
    assert [row[4:] for row in cells.rows[1:] if row[0].startswith("A")] == [
        ["0", "+150", "0", "0", "0"]
    ]
    bars = [attributes for tag, attributes in cells.tags if tag == "i"]
    assert [bar["style"] for bar in bars if bar["class"] == "up"] == ["left:50%;width:50.0%"]


def test_why_in_words(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    known = changed(
        portfolio,
        """
        update customers_enriched set
            num_products = 2, pct_change_products_90d = null, total_arr = 12345.60,
            pct_change_arr_90d = -12.4, num_logins_last_3m = 1200, num_logins_prev_3m = 800,
            pct_change_logins_3m = 50, num_unique_users_last_3m = 0, num_unique_users_prev_3m = 0,
            pct_change_unique_users_3m = null, open_tickets = 6, open_bug_tickets = 1,
            open_incident_tickets = 2, tickets_open_14plus_days = 3
        where customer_id = 'C0001'
        """,
    )
    cells = tables(open_app(known, CUSTOMER, customer="C0001"))[0]
    assert [row[2] for row in cells.rows[1:]] == [
        "2 now; against 90 days before: nothing to compare with",
        "12,346 now; against 90 days before: -12 %",
        "1,200 in 90 days, 800 in the 90 before: +50 %",
        "0 in 90 days, 0 in the 90 before: nothing to compare with",
        "open: 6, bugs: 1, incidents: 2, 14 days or older: 3",
    ]


def test_changes_can_be_filtered_by_size(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, CUSTOMER, customer="C0001")
    numbers = []
    for least in (1, 10, 50):
        app.segmented_control(key="least").set_value(least).run()
        changes = app.dataframe[0].value
        assert (changes["change"].abs() >= least).all()
        assert len(changes) == int(app.expander[0].label.split()[0])
        numbers.append(len(changes))
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > numbers[-1]


def test_the_period_bounds_the_changes(open_app: OpenApp, portfolio: Path) -> None:
    app = open_app(portfolio, CUSTOMER, customer=oldest(portfolio))
    first = {}
    for period in ("All", "1 year", "6 months"):
        app.segmented_control(key="period").set_value(period).run()
        first[period] = app.dataframe[0].value["date"].min()
    assert first["All"] <= first["1 year"] < first["6 months"]
    assert str(first["6 months"].date()) >= "2025-07-02"


def test_slow_erosion_is_marked(open_app: OpenApp, portfolio: Path, changed: Change) -> None:
    """Logins that fall by one in a hundred a day, for 80 days: no day has a large change."""
    steps = "greatest(0, 80 - (date '2025-12-31' - date))"
    slow = changed(
        portfolio,
        "update customer_daily_metrics set pct_change_products_90d = 0, pct_change_arr_90d = 0, "
        "pct_change_unique_users_3m = 0, open_tickets = 0, open_bug_tickets = 0, "
        "open_incident_tickets = 0, tickets_open_14plus_days = 0, "
        f"pct_change_logins_3m = -{steps}, customer_risk_score_raw = {steps} "
        "where customer_id = 'C0001'",
    )
    app = open_app(slow, CUSTOMER, customer="C0001")
    marks = app.dataframe[0].value
    assert list(marks["component"]) == ["Logins"] * 8
    assert list(marks["change"]) == [10] * 8
    assert [(row.date - row.since).days for row in marks.itertuples()][:-1] == [10] * 7


def test_what_is_the_matter_is_said(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    app = open_app(handmade, CUSTOMER, customer="D")
    assert said(app) == [
        "2024-04-01 is the first day of this customer: there is nothing to draw or compare yet."
    ]
    assert charts(app) == 0
    [silent] = said(open_app(handmade, CUSTOMER, customer="B"))
    assert silent.startswith("Paying, but silent: no login for 60 days.")
    early = changed(
        handmade,
        "update customers_enriched set days_since_last_activity = null, num_logins_last_3m = 1, "
        "num_logins_prev_3m = 1 where customer_id = 'B'",
    )
    app = open_app(early, CUSTOMER, customer="B")
    assert figures(app)["Last login"] == "never"
    assert said(app)[0].startswith(
        "Nobody has logged in since the acquisition on 2024-01-10: the 2 logins of the last 180 "
        "days came before it."
    )


def test_a_customer_without_tickets_or_changes(open_app: OpenApp, single: Path) -> None:
    app = open_app(single, CUSTOMER, customer="C0001")
    assert figures(app)["Rank"] == "1 of 1"
    assert app.expander[0].label == "0 changes as a table"
    assert "No ticket is open." in [caption.value for caption in app.caption]


def test_a_customer_of_the_future(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="E")
    assert said(app) == [
        "This customer was acquired after the last day built: there are no days yet."
    ]


def test_an_unknown_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER, customer="_Z_")
    assert said(app) == [r"There is no customer \_Z\_."]
    assert open_app(handmade, CUSTOMER).selectbox[0].value is None


def test_of_very_many_customers_any_id_can_be_typed(
    open_app: OpenApp, handmade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_IDS", 1)
    app = open_app(handmade, CUSTOMER)
    assert app.selectbox[0].options == ["B"]  # it pays most
    app = open_app(handmade, CUSTOMER, customer="A")
    assert app.selectbox[0].options == ["A", "B"]
    assert figures(app)["Rank"] == "1 of 3"
    app = open_app(handmade, CUSTOMER, customer="_Z_")
    assert said(app) == [r"There is no customer \_Z\_."]


def test_choosing_a_customer(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, CUSTOMER)
    app.selectbox[0].select("B").run()
    assert figures(app)["Rank"] == "2 of 3"


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
        "create or replace view customer_outlook as select * replace (null as expected_lost_arr)"
        " from (select 'C' as customer_id, 1 as tenth, null as churn_rate, 5 as total_arr,"
        " 1.5 as expected_lost_arr, 'too_few_outcomes' as why_unknown)",
    )
    app = open_app(few, SCORE)
    assert len(tables(app)) == 1
    assert any("too few outcomes for an expected loss" in text.value for text in app.caption)


# data health


def with_results(changed: Change, database: Path, statuses: dict[str, str]) -> Path:
    """The database with these results, by node, in place of those it has."""
    rows = [
        f"('{node}', '{node.split('.')[0]}', '{node.split('.')[-1]}', '{status}', 'about {node}', "
        f"{7 if status == 'fail' else 'null'}, 0.5, '2025-01-02 03:04:05', 'build', 'x')"
        for node, status in statuses.items()
    ]
    insert = [f"insert into build_results values {', '.join(rows)}"] if rows else []
    return changed(database, "delete from build_results", *insert)


def test_what_was_built(open_app: OpenApp, handmade: Path) -> None:
    shown = figures(open_app(handmade, HEALTH))
    assert shown["Last day built"] == "2024-04-01"
    assert shown["Customers"] == "4"
    assert shown["That is"].endswith(" days ago")


def test_a_build_that_stopped_half_way(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    half = changed(
        handmade,
        "insert into customer_daily_metrics select * replace (date + 1 as date) "
        "from customer_daily_metrics where date = '2024-04-01' and customer_id = 'A'",
    )
    app = open_app(half, HEALTH)
    assert "customers_enriched is of 2024-04-01: the last build did not finish." in said(app)
    # the other pages show the day that all of it knows
    assert open_app(half).caption[0].value == "2024-04-01, changes since 2024-03-25"
    assert len(customers(open_app(half, AT_RISK))) == 2


def test_rejected_rows(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, HEALTH)
    [cells] = tables(app)
    assert cells.rows[1] == ["duplicate_keycustomers", "1", "another row has the same id", "A"]
    assert len(cells.rows) == 1 + 7
    assert all(meaning for _, _, meaning, _ in cells.rows[1:])
    assert app.caption[0].value.startswith("7 rows were rejected.")
    assert "No row was rejected." not in said(app)


def test_no_rejected_rows(open_app: OpenApp, single: Path) -> None:
    assert "No row was rejected." in said(open_app(single, HEALTH))


def test_reasons_are_all_explained() -> None:
    # as the models name them, and not one more
    folder = Path(__file__).parents[2] / "models" / "staging" / "base"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    page = (Path(__file__).parents[2] / "apps" / "dashboard" / HEALTH).read_text(encoding="utf-8")
    named = page.split("REASONS = {")[1].split("}")[0]
    reasons = {line.split('"')[1] for line in named.strip().splitlines()}
    assert reasons == {reason for reason in reasons if f"'{reason}'" in text}
    assert len(reasons) == 11


def test_tests_that_passed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"model.p.m": "success", "test.p.a": "pass", "unit_test.p.m.b": "pass"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    assert (figures(app)["Passed"], figures(app)["Failed"]) == ("2", "0")
    assert "Every test passed." in said(app)
    assert any("`dbt build`, 2025-01-0" in caption.value for caption in app.caption)


def test_tests_that_failed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"test.p.a": "pass", "test.p.b": "fail", "test.p.c": "warn", "test.p.d": "error"}
    statuses |= {"test.p.e": "skipped", "model.p.f": "error", "model.p.g": "success"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    names = ("Passed", "Failed", "Warned", "Broken", "Skipped")
    assert [figures(app)[name] for name in names] == ["1"] * 5
    problems = app.dataframe[0].value
    assert list(problems["name"]) == ["d", "f", "b", "c", "e"]
    assert problems["message"].iloc[2] == "about test.p.b"
    assert "Every test passed." not in said(app)


def test_a_model_that_failed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"model.p.m": "error", "test.p.a": "pass"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    assert list(app.dataframe[0].value["name"]) == ["m"]
    assert "Every test passed." not in said(app)


def test_runs_without_tests(open_app: OpenApp, single: Path) -> None:
    # it was made by `dbt run`
    assert any("No test has run" in text for text in said(open_app(single, HEALTH)))


def test_a_database_of_an_older_release(open_app: OpenApp, single: Path, changed: Change) -> None:
    old = changed(single, "drop table build_results")
    assert any("No run has stored" in text for text in said(open_app(old, HEALTH)))


def test_results_are_those_of_this_database(
    open_app: OpenApp, single: Path, changed: Change, tmp_path: Path
) -> None:
    """What dbt has done in this folder since then is of no interest."""
    database = with_results(changed, single, {"test.p.a": "pass"})
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "run_results.json").write_text("{}", encoding="utf-8")
    assert figures(open_app(database, HEALTH))["Passed"] == "1"


# numbers as texts


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0, "0"), (0.4, "0"), (-0.4, "0"), (1234.5, "+1,234"), (-99.6, "-100")],
)
def test_signed(value: float | None, text: str) -> None:
    assert rows.signed(value) == text


def test_bars_share_a_scale() -> None:
    assert "width:50.0%" in rows.points(300, "", 300)
    assert "width:16.7%" in rows.points(-100, "", 300)
    assert "<i" not in rows.points(0, "", 100)
    assert "<i" not in rows.points(None, "", 100)
