"""What the generator makes: clean rows that are worth looking at."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import generate_data
import pytest

pytestmark = pytest.mark.long
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


LAST_DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def seeds() -> duckdb.DuckDBPyConnection:
    """Return a connection with the four seeds as tables, and last_day as a variable."""
    con = duckdb.connect()
    for table in generate_data.TABLES:
        con.execute(f"create table {table} as from '{SEEDS}/{table}.csv'")
    con.execute("set variable last_day = ?", [LAST_DAY])
    return con


def count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the number of rows of a query."""
    return len(con.execute(query).fetchall())


@pytest.mark.parametrize("days", [1, 2, 90, 3650])
def test_any_length_makes_clean_rows_within_the_period(tmp_path, days):
    made = generate_data.generate(tmp_path, days=days, file_format="parquet")
    assert made["customers"] == 100
    with duckdb.connect() as con:
        for table in generate_data.TABLES:
            con.execute(f"create view {table} as from '{tmp_path}/{table}.parquet'")
        check_clean(con, LAST_DAY - timedelta(days - 1))


def check_clean(con: duckdb.DuckDBPyConnection, first_day: date) -> None:
    """Assert that the staging models would reject no row and that no date is out of the period."""
    con.execute("set variable first_day = ?", [first_day])
    con.execute("set variable last_day = ?", [LAST_DAY])
    unwanted = {
        "a null that is not an open end": " union all ".join(
            f"select 1 from {table} where {column} is null"
            for table in generate_data.TABLES
            for (column, *_) in con.execute(f"describe {table}").fetchall()
            if column not in ("end_date", "closed_date")
        ),
        "a customer twice": "from customers select customer_id group by all having count(*) > 1",
        "a login twice": "from login_events select * group by all having count(*) > 1",
        "a ticket twice": "from support_tickets select ticket_id group by all having count(*) > 1",
        "a row of an unknown customer": """
            select customer_id from subscriptions
            union all select customer_id from login_events
            union all select customer_id from support_tickets
            except select customer_id from customers
        """,
        "a user of two customers": """
            from login_events select user_id group by all having count(distinct customer_id) > 1
        """,
        "a bad subscription": """
            from subscriptions
            where end_date < start_date or quantity <= 0 or arr <= 0
                or start_date not between getvariable('first_day') and getvariable('last_day')
        """,
        "a bad login": """
            from login_events
            where user_type not in ('admin', 'advanced', 'standard')
                or login_timestamp::date
                    not between getvariable('first_day') and getvariable('last_day')
        """,
        "a bad ticket": """
            from support_tickets
            where status not in ('open', 'on-hold', 'closed')
                or ticket_category not in ('bug', 'incident', 'question', 'feature request')
                or closed_date < created_date
                or closed_date::date > getvariable('last_day')
                or (status = 'closed' and closed_date is null)
                or created_date::date
                    not between getvariable('first_day') and getvariable('last_day')
        """,
        "a sign-up out of the period": """
            from customers
            where acquisition_date not between getvariable('first_day') and getvariable('last_day')
        """,
    }
    for what, query in unwanted.items():
        assert count(con, query) == 0, what


def test_the_seeds_are_clean(seeds):
    check_clean(seeds, LAST_DAY - timedelta(729))


def test_the_data_ends_on_the_last_day(seeds):
    """So the default as_of_date of the seeds does not depend on the day of the run."""
    newest = seeds.execute(
        """
        select greatest(
            (select max(acquisition_date) from customers),
            (select max(start_date) from subscriptions),
            (select max(login_timestamp)::date from login_events),
            (select max(greatest(created_date, closed_date))::date from support_tickets)
        )
        """
    ).fetchall()
    assert newest == [(LAST_DAY,)]


SHAPES = {
    "trial logins before the acquisition": (
        20,
        """
        select distinct customer_id from login_events inner join customers using (customer_id)
        where login_timestamp::date < acquisition_date
        """,
    ),
    "several products at a time": (
        15,
        """
        from subscriptions select customer_id
        where getvariable('last_day') between start_date and coalesce(end_date, '9999-12-31')
        group by all having count(distinct product_id) > 1
        """,
    ),
    "two overlapping subscriptions of one product": (
        3,
        """
        select distinct a.customer_id from subscriptions as a
        inner join subscriptions as b
            on a.customer_id = b.customer_id and a.product_id = b.product_id
            and a.start_date < b.start_date and b.start_date <= coalesce(a.end_date, '9999-12-31')
        """,
    ),
    "renewals on the day after a year": (
        6,
        """
        from subscriptions as a
        inner join subscriptions as b
            on a.customer_id = b.customer_id and a.product_id = b.product_id
            and b.start_date = a.end_date + 1 and a.end_date = a.start_date + 364
        """,
    ),
    "upgrades: the next subscription has a larger quantity and arr": (
        20,
        """
        from subscriptions as a
        inner join subscriptions as b
            on a.customer_id = b.customer_id and a.product_id = b.product_id
            and b.start_date = a.end_date + 1 and b.quantity > a.quantity and b.arr > a.arr
        """,
    ),
    "downgrades in the last 90 days": (
        5,
        """
        from subscriptions as a
        inner join subscriptions as b
            on a.customer_id = b.customer_id and a.product_id = b.product_id
            and b.start_date = a.end_date + 1 and b.quantity < a.quantity
        where b.start_date > getvariable('last_day') - 90
        """,
    ),
    "subscriptions without an end": (30, "from subscriptions where end_date is null"),
    "churn in the last 90 days": (
        3,
        """
        from subscriptions select customer_id, max(coalesce(end_date, '9999-12-31')) as ends
        group by all
        having ends between getvariable('last_day') - 89 and getvariable('last_day') - 1
        """,
    ),
    "churn before": (
        8,
        """
        from subscriptions select customer_id, max(coalesce(end_date, '9999-12-31')) as ends
        group by all having ends < getvariable('last_day') - 90
        """,
    ),
    "no subscription yet": (
        3,
        "select customer_id from customers except select customer_id from subscriptions",
    ),
    "no logins at all": (
        3,
        "select customer_id from customers except select customer_id from login_events",
    ),
    "no tickets at all": (
        3,
        "select customer_id from customers except select customer_id from support_tickets",
    ),
    "logins less than half of the 90 days before": (
        10,
        """
        from login_events select customer_id group by all
        having count(*) filter (login_timestamp >= getvariable('last_day') - 89)
            < 0.5 * count(*) filter (
                login_timestamp >= getvariable('last_day') - 179
                and login_timestamp < getvariable('last_day') - 89
            )
        """,
    ),
    "logins more than half as many again": (
        5,
        """
        from login_events select customer_id group by all
        having count(*) filter (login_timestamp >= getvariable('last_day') - 89)
            > 1.5 * greatest(
                10,
                count(*) filter (
                    login_timestamp >= getvariable('last_day') - 179
                    and login_timestamp < getvariable('last_day') - 89
                )
            )
        """,
    ),
    "users who join late": (
        30,
        """
        from login_events inner join customers using (customer_id)
        select user_id, acquisition_date group by all
        having min(login_timestamp) > acquisition_date + 120
        """,
    ),
    "users who leave an account that goes on": (
        10,
        """
        from (
            from login_events
            select user_id, max(login_timestamp) as last_login,
                max(last_login) over (partition by customer_id) as last_of_all
            group by user_id, customer_id
        )
        where last_login < last_of_all - interval 120 days
            and last_of_all > getvariable('last_day') - 14
        """,
    ),
    "users who log in as two types": (
        3,
        "from login_events select user_id group by all having count(distinct user_type) > 1",
    ),
    "reopened tickets with a stale closed_date": (
        5,
        "from support_tickets where status <> 'closed' and closed_date is not null",
    ),
    "tickets on hold": (10, "from support_tickets where status = 'on-hold'"),
    "tickets resolved on the same day": (
        50,
        "from support_tickets where status = 'closed' and closed_date::date = created_date::date",
    ),
    "tickets that took two months and more": (
        20,
        """
        from support_tickets
        where status = 'closed' and closed_date > created_date + interval 60 days
        """,
    ),
    "more than three open tickets of 14 days and more": (
        2,
        """
        from support_tickets select customer_id
        where status <> 'closed' and created_date < getvariable('last_day') - 13
        group by all having count(*) > 3
        """,
    ),
    "all categories of open tickets": (
        4,
        "select distinct ticket_category from support_tickets where status <> 'closed'",
    ),
    "regions": (4, "select distinct region from customers"),
    "industries": (8, "select distinct industry from customers"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_seeds_show(seeds, shape):
    at_least, query = SHAPES[shape]
    assert count(seeds, query) >= at_least


def test_sign_ups_grow(seeds):
    half = LAST_DAY - timedelta(365)
    late = count(seeds, f"from customers where acquisition_date > '{half}'")
    assert 50 < late < 80


def test_logins_have_a_rhythm(seeds):
    (shares,) = seeds.execute(
        """
        select
            avg((isodow(login_timestamp) >= 6)::integer),
            avg((region <> 'EMEA' or hour(login_timestamp) between 6 and 18)::integer),
            avg((user_type = 'admin')::integer),
            avg((user_type = 'advanced')::integer),
            avg((user_type = 'standard')::integer)
        from login_events inner join customers using (customer_id)
        """
    ).fetchall()
    weekend, office, admin, advanced, standard = shares
    assert weekend < 0.1
    assert office > 0.95
    assert min(admin, advanced, standard) > 0.15


def test_trouble_comes_before_churn(seeds):
    """Of those who left: more tickets in the last 120 days than in the 120 before, fewer logins."""
    (sums,) = seeds.execute(
        """
        with gone as (
            from subscriptions select customer_id, max(coalesce(end_date, '9999-12-31')) as ends
            group by all having ends <= getvariable('last_day')
        )

        select
            (
                select (
                    count(*) filter (login_timestamp >= ends - 119),
                    count(*) filter (login_timestamp < ends - 119)
                )
                from login_events inner join gone using (customer_id)
                where login_timestamp >= ends - 239
            ),
            (
                select (
                    count(*) filter (created_date >= ends - 119),
                    count(*) filter (created_date < ends - 119)
                )
                from support_tickets inner join gone using (customer_id)
                where created_date >= ends - 239
            )
        """
    ).fetchall()
    (logins, logins_before), (tickets, tickets_before) = sums
    # not for all of them: some just leave
    assert logins < 0.75 * logins_before
    assert tickets > 1.2 * tickets_before
