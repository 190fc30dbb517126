"""The database as the pages read it: private copies of a DuckDB file that builds write.

DuckDB lets one process write a file, or several read it. Whoever opens the file, even for one
short query, makes a build fail that starts at that moment, and no page should be able to do that.
So after each build the bytes are copied, which takes no lock, and the pages query the copy; while
a build runs, they have the last one. A copy has no name once it is open: however the process ends,
no file is left behind. It takes as much room as the database, in the temporary folder (TMPDIR).
"""

from __future__ import annotations

import fcntl
import shutil
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import streamlit as st
from database import path_from_environment

BUILDING = "A build is writing the database. This page goes on by itself when it is done."
TABLES = (
    "customer_daily_metrics",
    "customer_risk_drivers",
    "customers_enriched",
    "rejected_records",
    "risk_score_outcomes",
    "risk_score_lift",
    "risk_score_power",
    "customer_outlook",
    "customer_list",
    "customer_week",
    "segment_months",
    "customer_attributes",
    "upcoming_renewals",
    "open_support_tickets",
    "display_settings",
)

Answer = TypeVar("Answer")
# name, inode, time of change and size of each file
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class State:
    """The current data; ``notice`` says why they are missing or not the newest.

    ``copy`` counts the copies, from 1; 0 means that there is none yet.
    """

    copy: int = 0
    connection: duckdb.DuckDBPyConnection | None = None
    written_at: datetime | None = None
    notice: str | None = None


class Source:
    """A DuckDB file that others write; one for all visitors."""

    def __init__(self, path: Path) -> None:
        """``path`` need not exist."""
        self.path = path
        self._lock = threading.Lock()
        self.state = State()
        self._copied: Signature = ()

    def refresh(self) -> State:
        """The newest state that can be had without waiting for a build; raises nothing."""
        with self._lock:
            try:
                if self._copy_if_changed():
                    return self.state
                return replace(self.state, notice=BUILDING)
            except FileNotFoundError:
                self._copied = ()
                self._fail(f"There is no database at `{self.path}`; run `make build`.")
            except OSError as error:
                self._copied = ()
                self._fail(f"`{self.path}` cannot be copied: {error.strerror}.")
            except duckdb.Error as error:
                self._fail(f"`{self.path}` cannot be read: {str(error).splitlines()[0]}")
            return self.state

    def _fail(self, notice: str) -> None:
        # keep the last data
        self.state = replace(self.state, notice=notice)

    def _copy_if_changed(self) -> bool:
        """False while a build is in the way.  Raises OSError and duckdb.Error."""
        signature = _signature(self.path)
        if _is_being_written(self.path):
            return False
        if signature == self._copied:
            return True
        with TemporaryDirectory(prefix="customer-health-") as folder:
            for name, *_ in signature:
                shutil.copyfile(self.path.with_name(name), Path(folder, name))
            if _is_being_written(self.path) or _signature(self.path) != signature:
                return False
            # before it is opened: what cannot be read now is not read again until it changes
            self._copied = signature
            connection = duckdb.connect(Path(folder, self.path.name), read_only=True)
        missing = [name for name in TABLES if not _has_table(connection, name)]
        if missing:
            tables = ", ".join(missing)
            self._fail(f"`{self.path}` has no table {tables} yet; run `make build`.")
        else:
            changed = max(nanoseconds for _, _, nanoseconds, _ in signature)
            self.state = State(
                self.state.copy + 1, connection, datetime.fromtimestamp(changed / 1e9)
            )
        return True


@st.cache_resource(show_spinner=False)
def _source(path: Path) -> Source:
    return Source(path)


def database() -> Source:
    """The database of DUCKDB_PATH: one for all visitors, so that a build is copied once.

    Nobody should keep its connection from one run of a page to the next: the copy, which may be
    large, goes when nothing refers to it.
    """
    return _source(path_from_environment().absolute())


def ask(query: Callable[..., Answer], *arguments: Any) -> Answer:
    """What a function of queries says of the current copy; it runs once for each copy.

    For what takes longer than 0.1 s with 20,000 customers.
    """
    source = database()
    state = source.state
    return _answer(source.path, state.copy, query.__name__, arguments, query, state.connection)


@st.cache_data(max_entries=200, show_spinner=False)
def _answer(
    path: Path,
    copy: int,
    name: str,
    arguments: tuple[Any, ...],
    _query: Callable[..., Answer],
    _connection: duckdb.DuckDBPyConnection,
) -> Answer:
    return _query(_connection, *arguments)


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the schema main has this table or view."""
    query = "from duckdb_columns() where schema_name = 'main' and table_name = ? limit 1"
    return connection.cursor().execute(query, [name]).fetchone() is not None


def _signature(path: Path) -> Signature:
    # the log beside the file has what a killed build committed
    logs = sorted(path.parent.glob(path.name + ".wal*"))
    stats = [(file.name, file.stat()) for file in (path, *logs)]
    return tuple((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _is_being_written(path: Path) -> bool:
    # F_GETLK says what would be in the way of a lock, without taking it. The order of C's struct
    # flock is another on macOS.
    mac = sys.platform == "darwin"
    layout, kind = ("qqihh", 3) if mac else ("hhqqi4x", 0)
    question = [0] * 5
    question[kind] = fcntl.F_RDLCK
    with path.open("rb") as file:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *question))
    return struct.unpack(layout, answer)[kind] == fcntl.F_WRLCK
