"""Runs ``dbt build`` and ends with a summary, or with a line on what went wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import database
import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.base_types import EventMsg

DBT_V2 = Path(__file__).resolve().parents[1] / "dev" / "dbt_v2.py"
# The analysis customers_at_risk, cut to fit a line.
TO_CALL = """
    select
        customer_id as customer,
        coalesce(region, '') as region,
        coalesce(industry, '') as industry,
        cast(total_arr as bigint) as "ARR",
        cast(arr_at_stake as bigint) as "{at_stake_is}",
        customer_risk_score as score,
        coalesce(round(pct_change_arr_90d)::int || ' %', '-') as "ARR 90d",
        coalesce(round(pct_change_logins_3m)::int || ' %', '-') as "logins 90d",
        open_tickets as "open tickets",
        tickets_open_14plus_days as "14+ days"
    from customer_list
    where is_to_call
    order by arr_at_stake desc, total_arr desc, customer_id
    limit ?
"""
STAKES = """
    select count(*), any_value(at_stake_is), any_value(why_unknown)
    from customer_list
    where is_paying
"""
LEFT = "select count(*), sum(lost_arr)::bigint from customer_list where has_left_recently"
# Errors of DuckDB and what to do about them; the groups of a pattern fill the braces.
REMEDIES = (
    (
        r'Could not set lock on file "(.*?)".*?\(PID (\d+)\)',
        "{0} is open in process {1}; close it there, or set DUCKDB_PATH to another file.",
    ),
    (
        r'Cannot open file "(.*?)": No such file or directory',
        "Cannot create {0}: folder missing; create it, or change DUCKDB_PATH.",
    ),
    (
        r'[Ff]ile "(.*?)".*(?:Permission denied|Read-only file system)',
        "No permission for {0}; change its permissions, or use another file.",
    ),
    (
        r'The file "(.*?)" exists, but it is not a valid DuckDB database',
        "{0} is not a DuckDB database; move it away, or set DUCKDB_PATH to another file.",
    ),
    (
        r"storage version number|created with a newer version of DuckDB",
        "A newer DuckDB wrote the database; build with that, or set DUCKDB_PATH to another file.",
    ),
    (
        r"(No space left on device|File too large|Disk quota exceeded|exceeded max_temp_directory)",
        "The disk is full: {0}. Free space, or change DUCKDB_PATH and DUCKDB_TEMP_DIRECTORY; the "
        "tables are unchanged.",
    ),
    (
        r'Failed to download extension "(.*?)" at URL ".*?/(v[\d.]+)/',
        "DuckDB {1} has no extension {0} and cannot download it; make attach builds with DuckDB "
        "1.5 and its extensions for PostgreSQL, SQLite and .xlsx.",
    ),
    (
        r"Out of Memory Error: (.*)",
        "Not enough memory: {0}. Raise DUCKDB_MEMORY_LIMIT, or lower DUCKDB_THREADS.",
    ),
    (
        r'Malformed JSON in file "(.*?)", (at byte .*?[.])',
        "{0} is not valid JSON, {1} If it is truncated there, export it again.",
    ),
    (
        r'JSON transform error in file "(.*?)", (in .*)',
        "{0} has something other than records, {1}.",
    ),
    (
        r"(?:GZIP stream: |[Ff]ile ['\"]?)"
        r"(\S.*?[.](?:parquet|xlsx|(?:[ct]sv|jsonl?|ndjson)(?:[.]gz)?))\b",
        "{0} is truncated or damaged; export it again.",
    ),
)

# The first file that a statement reads.
READER = r"read_(?:parquet|csv|json|json_objects|blob|xlsx)\(\s*\[?'(.*?)'[],)]"

# Errors of DuckDB for a damaged file that do not name it.
UNNAMED = (
    "TProtocolException|don't know|Variable-len|Out of buf|IO Error: Failed to decode gzip|"
    ".*(File is not utf-16|open zip|in xlsx file)"
)


def remedy(message: str) -> str:
    """What to do about an error of dbt or DuckDB, in one line."""
    for pattern, text in REMEDIES:
        found = re.search(pattern, message)
        if found:
            return text.format(*filter(None, found.groups()))
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    # dbt's first line names the node, its last ones the macros
    if len(lines) > 1 and re.match(r"\w+ Error( in |$)", lines[0]):
        lines = lines[1:]
    return lines[0] if lines else "dbt gave no reason."


def cannot_open(path: Path) -> str | None:
    """Why the DuckDB file cannot be written, in one line; None if it can, or does not exist yet.

    dbt would say so only at the end of a long traceback.
    """
    if path.is_dir():
        return f"{path} is a folder; set DUCKDB_PATH to a file."
    exists = path.exists()
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error as error:
        return remedy(str(error))
    if not exists:
        path.unlink()
    return None


def cannot_attach(place: str) -> str | None:
    """Why a database to read from cannot be opened, in one line; None if it can.

    Leaves out the connection string, which may have a password in it.
    """
    quoted = place.replace("'", "''")
    kind, _, rest = place.partition(":")
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{quoted}' as inputs (read_only)")
            # opens a SQLite file only now
            connection.execute("select count(*) from duckdb_tables()")
    except duckdb.Error as error:
        said = str(error)
        if kind == "sqlite" and re.search("unable to open database file|not a database", said):
            return f"{rest} is missing or not a SQLite database; check DUCKDB_ATTACH."
        if kind == "postgres":
            said = said.replace(f'"{rest}"', "the server of DUCKDB_ATTACH")
        return remedy(said)
    return None


@dataclass
class Listener:
    """dbt's messages while it runs, and the last file read, by node and overall."""

    said: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def hear(self, event: EventMsg) -> None:
        """Takes a message."""
        if event.info.level == "info" or event.info.name == "JinjaLogDebug":
            self.said.append(event.info.msg)
        elif event.info.name == "SQLQuery":
            found = re.search(READER, event.data.sql)
            if found:
                self.files[event.data.node_info.unique_id] = self.files[""] = found[1]


def run_v2(arguments: Sequence[str]) -> tuple[bool, list[str]]:
    """Runs a dbt v2 command and shows its output; returns whether it succeeded, and the lines."""
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(DBT_V2), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            # skip dbt v2's backtrace
            if not re.match(r" +(\d+: |at )", line):
                print(line, end="", flush=True)
                said.append(line.strip())
    return process.returncode == 0, said


def failures(result: dbtRunnerResult, files: Mapping[str, str]) -> list[str]:
    """One line for each error; ``files`` is that of Listener."""

    def line(message: str, node: str) -> str:
        text = remedy(message)
        if node in files and re.match(UNNAMED, text):
            return f"{files[node]}, or a file beside it, is damaged; export it again."
        return text

    if result.exception is not None:
        return [line(str(result.exception), "")]
    failed = [entry for entry in result.result or () if str(entry.status) in ("error", "fail")]
    return [
        f"{entry.node.name}: {line(entry.message or '', entry.node.unique_id)}" for entry in failed
    ]


def close_dbt_connection() -> None:
    """Releases the DuckDB file, which dbt-duckdb keeps open as long as the process lives."""
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()


def to_call(connection: database.Connection, last: object, number: int) -> str:
    """Whom to call first, if anybody, and how many have left.

    Raises duckdb.Error if a table does not exist.
    """

    def one(query: str) -> tuple[Any, ...]:
        return connection.execute(query).fetchall()[0]

    paying, at_stake_is, why = one(STAKES)
    if not one("select count(customer_risk_score) from customers_enriched")[0]:
        return "No customer has a risk score: none was acquired by the last day built."
    query = TO_CALL.format(at_stake_is=at_stake_is)
    header, rows = database.ask(connection, query, [number])
    if rows:
        reason = f", as there is no expected loss yet ({why.replace('_', ' ')})" if why else ""
        text = f"Customers to call on {last}, by {at_stake_is}{reason}:\n\n"
        text += database.table(header, rows)
    elif paying:
        text = f"Nobody is at risk: nothing raises the score of any of the {paying:,} that pay."
    else:
        text = "No customer pays: there is nobody to call."
    left, lost = one(LEFT)
    who = "make answer NAME=left_recently lists them" if left else ""
    noun = "customer" if left == 1 else "customers"
    have = f"{left:,} {noun} with an ARR of {lost:,}; {who}" if left else "no customer"
    return f"{text}\n\nLeft in the last 90 days: {have}."


def summary(path: Path, said: Sequence[str], seconds: float, number: int = 10) -> str:
    """The summary of a build, from the tables in ``path`` and from what dbt ``said``.

    Raises duckdb.Error if the file or a table does not exist.
    """
    with duckdb.connect(str(path), read_only=True) as connection:

        def one(query: str) -> tuple[object, ...]:
            return connection.execute(query).fetchall()[0]

        rows, first, last = one(
            "select count(*), min(date)::varchar, max(date)::varchar from customer_daily_metrics"
        )
        (customers,) = one("select count(*) from customers_enriched")
        rejected = connection.execute(
            "select source_table, reason, count(*) from rejected_records group by all order by all"
        ).fetchall()
        calls = to_call(connection, last, number)

    def said_of(subject: str) -> list[str]:
        start = f"{subject}: "
        return [text.removeprefix(start) for text in said if text.startswith(start)]

    rebuilt = said_of("customer_daily_metrics")
    counts = ", ".join(f"{source} {reason} {count:,}" for source, reason, count in rejected)
    examples = [text for text in said if re.match(r"\w+: \d+ of \d+ rows rejected ", text)]
    facts = {
        "customers": f"{customers:,}",
        "customer-days": f"{rows:,}" + (f", {first} … {last}" if rows else ""),
        "this build": rebuilt[-1] if rebuilt else "-",
        "rejected rows": counts or "none",
        "unknown values": "; ".join(said_of("unknown values")) or "none",
        "took": f"{seconds:.0f} s, into {path}",
    }
    width = max(map(len, facts))
    text = "\n".join(f"  {name.ljust(width)}  {fact}" for name, fact in facts.items())
    if examples:
        text += "\n\nRejected rows (make rejected lists all):\n\n"
        text += "\n".join(f"  {example}" for example in examples)
    return f"{text}\n\n{calls}"


def main(arguments: Sequence[str]) -> int:
    """Command line: ``dbt build`` with these arguments, of dbt v2 after ``--engine v2``.

    Returns the exit code.
    """
    start = time.monotonic()
    path = database.path_from_environment()
    attached = os.environ.get("DUCKDB_ATTACH")
    why = cannot_open(path) or (cannot_attach(attached) if attached else None)
    if why is not None:
        print(f"Nothing was built: {why}", file=sys.stderr)
        return 1
    if list(arguments[:2]) == ["--engine", "v2"]:
        succeeded, said = run_v2(["build", *arguments[2:]])
        if succeeded:
            print("\n" + summary(path, said, time.monotonic() - start))
        return 0 if succeeded else 1
    listener = Listener()
    result = dbtRunner(callbacks=[listener.hear]).invoke(["build", *arguments])
    if not result.success:
        print(
            "\nThe build failed:",
            *(f"  {line}" for line in failures(result, listener.files)),
            sep="\n",
        )
        return 1
    close_dbt_connection()
    print("\n" + summary(path, listener.said, time.monotonic() - start))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
