"""The pages never stand in the way of a build, and a build never takes the data from the pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import snapshot
from conftest import run_dbt

KILLED = """
import os, duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("pragma disable_checkpoint_on_shutdown")
connection.execute("update customers_enriched set region = 'from the log'")
os._exit(9)
"""
WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(handmade: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(handmade, tmp_path / "customer_health.duckdb"))


@contextmanager
def writer(database: Path) -> Iterator[None]:
    """Another process has the file open for writing, as a build has."""
    command = [sys.executable, "-c", WRITER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        yield
        process.communicate()


def customers(state: snapshot.State) -> int:
    query = "select count(*) from customers_enriched"
    return state.connection.cursor().execute(query).fetchone()[0]


def copies_on_disk() -> list[str]:
    """The files of copies that this process has open."""
    folder = Path("/proc/self/fd")
    names = [
        os.readlink(folder / name) for name in os.listdir(folder) if (folder / name).is_symlink()
    ]
    return [name for name in names if "customer-health-" in name]


def test_builds_succeed_while_pages_read(database: Path, handmade_inputs: Path) -> None:
    source = snapshot.Source(database)
    done, seen, failures = threading.Event(), [], []

    def visit() -> None:
        while not done.is_set():
            try:
                state = source.refresh()
                seen.append((state.notice, customers(state)))
            except Exception as error:
                failures.append(error)
            time.sleep(0.01)

    assert source.refresh().notice is None
    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    try:
        for day in ("2024-03-01", "2024-03-15"):
            run_dbt(database, handmade_inputs, as_of_date=day)
    finally:
        done.set()
        for visitor in visitors:
            visitor.join()
    assert failures == []
    assert {notice for notice, _ in seen} == {None, snapshot.BUILDING}
    assert {number for _, number in seen} == {4}
    state = source.refresh()
    days = state.connection.sql("select max(date)::varchar from customer_daily_metrics").fetchall()
    assert (state.notice, days) == (None, [("2024-03-15",)])


def test_nothing_is_locked_between_and_during_queries(database: Path) -> None:
    state = snapshot.Source(database).refresh()
    cursor = state.connection.cursor().execute("from customer_daily_metrics")
    assert cursor.fetchone() is not None
    with writer(database):  # does not start if anybody reads
        assert cursor.fetchone() is not None


def test_a_copy_goes_on_while_a_build_writes(database: Path) -> None:
    source = snapshot.Source(database)
    before = source.refresh()
    with writer(database):
        state = source.refresh()
        assert state.notice == snapshot.BUILDING
        assert state.connection is before.connection
        assert state.written_at == before.written_at
        assert customers(state) == 4
    assert source.refresh().notice is None


def test_nothing_to_show_while_the_first_build_writes(database: Path) -> None:
    source = snapshot.Source(database)
    with writer(database):
        state = source.refresh()
        assert (state.notice, state.connection) == (snapshot.BUILDING, None)
    assert customers(source.refresh()) == 4


def test_a_build_is_copied_once(database: Path) -> None:
    source = snapshot.Source(database)
    first = source.refresh()
    assert source.refresh() is first
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from customers_enriched where customer_id = 'A'")
    second = source.refresh()
    assert (first.copy, second.copy) == (1, 2)
    assert (customers(first), customers(second)) == (4, 3)


def test_a_build_that_starts_during_the_copying_is_noticed(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = snapshot.Source(database)
    copyfile = shutil.copyfile

    def interrupted(*paths: Path) -> None:
        copyfile(*paths)
        with duckdb.connect(str(database)) as connection:
            connection.execute("delete from customers_enriched")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", interrupted)
        assert source.refresh() == snapshot.State(notice=snapshot.BUILDING)
    assert customers(source.refresh()) == 0


def test_what_a_killed_build_has_committed_counts(database: Path) -> None:
    code = subprocess.run([sys.executable, "-c", KILLED, str(database)]).returncode
    assert code == 9
    assert database.with_name(database.name + ".wal").stat().st_size > 0
    state = snapshot.Source(database).refresh()
    regions = state.connection.sql("select distinct region from customers_enriched").fetchall()
    assert regions == [("from the log",)]


def test_old_copies_are_gone(database: Path) -> None:
    before = copies_on_disk()
    source = snapshot.Source(database)
    for number in range(3):
        with duckdb.connect(str(database)) as connection:
            connection.execute("update customers_enriched set region = ?", [str(number)])
        source.refresh()
    [copy] = set(copies_on_disk()) - set(before)
    assert copy.endswith(" (deleted)")


def test_no_database(tmp_path: Path, handmade: Path) -> None:
    path = tmp_path / "later.duckdb"
    source = snapshot.Source(path)
    assert source.refresh().notice == f"There is no database at `{path}`; run `make build`."
    shutil.copy(handmade, path)
    assert source.refresh().notice is None
    path.unlink()
    state = source.refresh()
    assert "There is no database" in state.notice
    assert customers(state) == 4


@pytest.mark.parametrize(
    ("content", "notice"),
    [(b"no database " * 500, "cannot be read: IO Error"), (None, "cannot be copied: Is a dir")],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes | None, notice: str) -> None:
    path = tmp_path / "odd.duckdb"
    path.mkdir() if content is None else path.write_bytes(content)
    source = snapshot.Source(path)
    state = source.refresh()
    assert notice in state.notice
    assert state.connection is None
    assert source.refresh() == state


def test_a_database_without_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table rejected_records (record varchar)")
    source = snapshot.Source(path)
    for _ in range(2):
        state = source.refresh()
        missing = [name for name in snapshot.TABLES if name != "rejected_records"]
        assert f"no table {', '.join(missing)} yet" in state.notice
        assert state.connection is None
