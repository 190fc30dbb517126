"""The generator of the seeds: repeatable to the byte, bounded in memory, and realistic."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import generate_data
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long

SEEDS = ROOT / "seeds"
LAST_DAY = date(2025, 12, 31)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by relative path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows(folder: Path, table: str) -> list[tuple]:
    """Return one table's rows in the order of its file or its files."""
    part = f"{table}/*" if (folder / table).is_dir() else table
    (ending,) = {path.suffix for path in folder.glob(f"{part}.*")} & {".csv", ".parquet"}
    with duckdb.connect() as con:
        return con.execute(f"select * from '{folder}/{part}{ending}'").fetchall()


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


# --- the same bytes everywhere ------------------------------------------------------------------


def test_the_defaults_make_the_committed_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert generate_data.main([]) == 0
    made = contents(tmp_path)
    assert sorted(made) == sorted(f"seeds/{table}.csv" for table in generate_data.TABLES)
    for name, data in made.items():
        assert data == (ROOT / name).read_bytes(), f"{name} is not what the generator makes"
    assert "customers: 100 rows" in capsys.readouterr().out


def test_the_number_of_threads_changes_nothing(tmp_path):
    for threads in (1, 4):
        generate_data.generate(tmp_path / str(threads), customers=300, threads=threads)
    assert contents(tmp_path / "1") == contents(tmp_path / "4")


def test_another_seed_makes_other_data(tmp_path):
    generate_data.generate(tmp_path, seed=8)
    for table in generate_data.TABLES:
        assert (tmp_path / f"{table}.csv").read_bytes() != (SEEDS / f"{table}.csv").read_bytes()


def test_chunks_hold_the_rows_of_the_whole(tmp_path):
    generate_data.generate(tmp_path / "chunks", chunk_size=30)
    parts = [f"{table}/part-{part:05d}.csv" for table in generate_data.TABLES for part in range(4)]
    assert sorted(contents(tmp_path / "chunks")) == sorted(parts)
    for table in generate_data.TABLES:
        assert rows(tmp_path / "chunks", table) == rows(SEEDS, table)


def test_a_customer_is_the_same_among_more_customers(tmp_path):
    generate_data.generate(tmp_path, customers=120)
    for table in generate_data.TABLES:
        few, many = rows(SEEDS, table), rows(tmp_path, table)
        assert many[: len(few)] == few
        assert len(many) > len(few)


def test_parquet_holds_the_rows_of_csv_with_the_types_of_the_diagram(tmp_path):
    generate_data.generate(tmp_path, file_format="parquet")
    types = {}
    for table in generate_data.TABLES:
        assert rows(tmp_path, table) == rows(SEEDS, table)
        with duckdb.connect() as con:
            described = con.execute(f"describe from '{tmp_path}/{table}.parquet'").fetchall()
        types[table] = {name: kind for name, kind, *_ in described}
    assert types == {
        "customers": {
            "customer_id": "VARCHAR",
            "acquisition_date": "DATE",
            "region": "VARCHAR",
            "industry": "VARCHAR",
        },
        "subscriptions": {
            "customer_id": "VARCHAR",
            "product_id": "VARCHAR",
            "quantity": "INTEGER",
            "start_date": "DATE",
            "end_date": "DATE",
            "arr": "INTEGER",
        },
        "login_events": {
            "user_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "user_type": "VARCHAR",
            "login_timestamp": "TIMESTAMP",
        },
        "support_tickets": {
            "ticket_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "status": "VARCHAR",
            "created_date": "TIMESTAMP",
            "ticket_category": "VARCHAR",
            "closed_date": "TIMESTAMP",
        },
    }


def test_csv_is_plain():
    tickets = (SEEDS / "support_tickets.csv").read_bytes()
    assert b"\r" not in tickets
    header, *lines = tickets.decode().removesuffix("\n").split("\n")
    assert header == "ticket_id,customer_id,status,created_date,ticket_category,closed_date"
    assert any(line.endswith(",") for line in lines), "no empty field for null"
    assert not any('"' in line for line in lines)
    assert len(lines[0].split(",")[3]) == len("2025-12-31 23:59:59")


# --- size, memory and the folder ----------------------------------------------------------------


def test_the_seeds_are_small():
    assert sum((SEEDS / f"{table}.csv").stat().st_size for table in generate_data.TABLES) < 2e6


def test_the_memory_does_not_grow_with_the_customers(tmp_path):
    """Ten chunks fit the memory that one needs; all customers in one chunk do not."""
    options = {"customers": 2000, "days": 1095, "file_format": "parquet", "threads": 2}
    made = generate_data.generate(
        tmp_path / "chunks", chunk_size=200, memory_limit="48MB", **options
    )
    assert made["login_events"] > 500_000
    with pytest.raises(duckdb.OutOfMemoryException):
        generate_data.generate(tmp_path / "one", chunk_size=2000, memory_limit="48MB", **options)


def test_stale_output_goes_and_other_files_stay(tmp_path):
    (tmp_path / "notes.csv").write_text("mine")
    generate_data.generate(tmp_path, customers=6, chunk_size=2, days=60)
    generate_data.generate(tmp_path, customers=4, chunk_size=2, days=60, file_format="parquet")
    assert len(contents(tmp_path)) == 1 + 4 * 2
    generate_data.generate(tmp_path, customers=4, days=60)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["notes.csv", *(f"{table}.csv" for table in generate_data.TABLES)]
    )


def test_a_foreign_file_in_a_table_folder_stops_before_anything_is_removed(tmp_path):
    generate_data.generate(tmp_path, customers=4, chunk_size=2, days=60)
    (tmp_path / "support_tickets" / "mine.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(generate_data.GeneratorError, match=r"mine\.txt is in the way"):
        generate_data.generate(tmp_path, customers=4, days=60)
    assert contents(tmp_path) == before


def test_no_customers_make_empty_tables_with_their_columns(tmp_path):
    made = generate_data.generate(tmp_path, customers=0)
    assert made == dict.fromkeys(generate_data.TABLES, 0)
    for table in generate_data.TABLES:
        header = (SEEDS / f"{table}.csv").read_bytes().split(b"\n")[0] + b"\n"
        assert (tmp_path / f"{table}.csv").read_bytes() == header


@pytest.mark.parametrize("days", [1, 2, 90, 3650])
def test_any_length_makes_clean_rows_within_the_period(tmp_path, days):
    made = generate_data.generate(tmp_path, days=days, file_format="parquet")
    assert made["customers"] == 100
    with duckdb.connect() as con:
        for table in generate_data.TABLES:
            con.execute(f"create view {table} as from '{tmp_path}/{table}.parquet'")
        check_clean(con, LAST_DAY - timedelta(days - 1))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--customers", "-1"], "customers must be 0 to 1000000, not -1"),
        (["--days", "0"], "days must be 1 to 3650, not 0"),
        (["--days", "many"], "argument --days: invalid int value: 'many'"),
        (["--end-date", "2025-02-30"], "not a date like 2025-12-31: '2025-02-30'"),
        (["--end-date", "1950-01-01"], "end-date must be 1979-12-30 to 2200-12-31"),
        (["--format", "xml"], "invalid choice: 'xml'"),
        (["--out", "{file}"], "cannot use the folder"),
        (["--out", "{file}/below"], "cannot use the folder"),
    ],
)
def test_a_bad_argument_gives_one_line(tmp_path, monkeypatch, capsys, arguments, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as stopped:
        generate_data.main([text.format(file=tmp_path / "file") for text in arguments])
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "something was written"


# --- clean rows ---------------------------------------------------------------------------------


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


# --- worth looking at ---------------------------------------------------------------------------

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
