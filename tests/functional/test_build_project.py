"""`apps/build_project.py`, which `make build` runs: its summary, or a line on the error."""

from __future__ import annotations

import atexit
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import build_project
import duckdb
import harness
import pytest

LENIENT = {"max_rejected_share": 1, "data_dir": str(harness.HANDMADE)}
# One folder, so that dbt reuses what it parsed with the same settings.
ARTIFACTS = Path(tempfile.mkdtemp(prefix="artifacts "))
atexit.register(shutil.rmtree, ARTIFACTS)


def run_build(
    db: Path, vars: Mapping[str, object] = LENIENT, limit: int | None = None
) -> tuple[int, list[str]]:
    """The exit code and what was printed, line by line; no file may exceed ``limit`` bytes."""

    def restrict() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, str(harness.ROOT / "apps" / "build_project.py"), "--quiet"]
    command += [*harness.Dbt(ARTIFACTS).options(), "--log-level-file", "none"]
    command += ["--vars", str(dict(vars)), "--no-write-json"]
    run = subprocess.run(
        command,
        env=os.environ | {"DUCKDB_PATH": str(db), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=restrict,
    )
    return run.returncode, (run.stdout + run.stderr).splitlines()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A database, and the output of its build."""
    db = tmp_path_factory.mktemp("built") / "customer_health.duckdb"
    code, lines = run_build(db)
    assert code == 0, lines
    return db, lines


@pytest.fixture
def db(built: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """A copy of the database."""
    return Path(shutil.copy(built[0], tmp_path))


def test_the_summary_agrees_with_the_tables(built: tuple[Path, list[str]]) -> None:
    db, lines = built
    first = lines[: lines.index("Rejected rows (make rejected lists all):")]
    facts = dict(re.split(r"  +", line.strip(), maxsplit=1) for line in first if "  " in line)
    daily = harness.read_table(db, "customer_daily_metrics")
    days = sorted(row["date"] for row in daily)
    assert facts["customer-days"] == f"{len(daily)}, {days[0]} … {days[-1]}"
    assert facts["customers"] == str(len(harness.read_table(db, "customers_enriched")))
    assert facts["this build"] == "rebuilding every day: first build"
    rejected = harness.read_table(db, "rejected_records")
    counts = [int(count) for count in re.findall(r" (\d+)(?:,|$)", facts["rejected rows"])]
    assert sum(counts) == len(rejected) > 5
    assert "  customers: 1 of 5 rows rejected (duplicate_key 1: 'A')" in lines
    assert facts["unknown values"] == (
        "support_tickets.ticket_category 'billing' (1 row); login_events.user_type 'robot' (1 row)"
    )
    assert "Customers to call on 2024-04-01, by score x ARR, as there is no expected loss yet" in (
        "\n".join(lines)
    )
    header = next(line for line in lines if line.startswith("  customer  "))
    called = [line.split()[0] for line in lines[lines.index(header) + 1 : -2]]
    at_stake = {
        row["customer_id"]: row["customer_risk_score"] * row["total_arr"]
        for row in harness.read_table(db, "customers_enriched")
        if row["total_arr"] and row["customer_risk_score_raw"] > 0
    }
    assert called == sorted(at_stake, key=lambda name: (-at_stake[name], name))
    assert lines[-1].startswith("Left in the last 90 days: ")


def test_the_summary_lists_payers_and_counts_those_who_left(seeds_db: Path) -> None:
    lines = build_project.summary(seeds_db, [], 1).splitlines()
    header = next(line for line in lines if line.startswith("  customer  "))
    called = [line.split()[0] for line in lines[lines.index(header) + 1 : -2]]
    outlook = {r["customer_id"]: r for r in harness.read_table(seeds_db, "customer_outlook")}
    expected = [outlook[name]["expected_lost_arr"] for name in called]
    assert len(called) == 10
    assert expected == sorted(expected, reverse=True)
    assert expected[-1] > 0
    found = re.fullmatch(
        r"Left in the last 90 days: (\d+) customers with an ARR of ([\d,]+); make answer "
        r"NAME=left_recently lists them[.]",
        lines[-1],
    )
    left = [row for row in harness.read_table(seeds_db, "customers_enriched")
            if row["total_arr"] == 0]  # fmt: skip
    assert found is not None
    assert 0 < int(found[1]) <= len(left)


def test_nobody_is_listed_if_nobody_is_at_risk(seeds_db: Path) -> None:
    """First no customer is at risk, then none pays."""
    statements = {
        "Nobody is at risk: nothing raises the score of any of the ": "create table listed as from "
        "customer_list; drop view customer_list; alter table listed rename to customer_list; "
        "update customer_list set is_to_call = false",
        "No customer pays: there is nobody to call.": "update customer_list set is_paying = false",
    }
    for words, statement in statements.items():
        with duckdb.connect(str(seeds_db)) as connection:
            connection.execute(statement)
        text = build_project.summary(seeds_db, [], 1)
        assert words in text
        assert "  customer  " not in text


@pytest.mark.long
def test_the_summary_says_that_nothing_changed(db: Path) -> None:
    code, lines = run_build(db)
    assert code == 0
    assert any(line.split(maxsplit=2)[:2] == ["this", "build"] for line in lines)
    assert any("nothing changed" in line for line in lines)


# --- what can be wrong with the database --------------------------------------------------------


def newer(db: Path) -> None:
    """Makes it a file of a future DuckDB: its header has a version and a checksum."""
    content = bytearray(db.read_bytes())
    (version,) = struct.unpack_from("<Q", content, 12)
    struct.pack_into("<Q", content, 12, version + 900)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", content[8:4096]):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    struct.pack_into("<Q", content, 0, checksum)
    db.write_bytes(content)


def no_database(db: Path) -> None:
    db.write_text("customer_id,acquisition_date\n" * 1000)


def folder(db: Path) -> None:
    db.unlink()
    db.mkdir()


def no_folder(db: Path) -> None:
    shutil.rmtree(db.parent)


SPOILT: dict[Callable[[Path], None], str] = {
    newer: "Nothing was built: A newer DuckDB wrote the database; build with that, or set "
    "DUCKDB_PATH to another file.",
    no_database: "Nothing was built: {0} is not a DuckDB database; move it away, or set "
    "DUCKDB_PATH to another file.",
    folder: "Nothing was built: {0} is a folder; set DUCKDB_PATH to a file.",
    no_folder: "Nothing was built: Cannot create {0}: folder missing; create it, or change "
    "DUCKDB_PATH.",
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_unusable_database_is_named_in_one_line(
    db: Path, spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    target = tmp_path / "database"
    target.mkdir()
    file = Path(shutil.move(db, target))
    spoil(file)
    code, lines = run_build(file)
    assert (code, lines) == (1, [SPOILT[spoil].format(file)])


def test_database_open_elsewhere_names_the_process(db: Path) -> None:
    code = f"import duckdb; c = duckdb.connect({str(db)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        result = run_build(db)
        other.communicate("\n")
    assert result == (
        1,
        [
            f"Nothing was built: {db} is open in process {other.pid}; close it there, or set "
            "DUCKDB_PATH to another file."
        ],
    )


@pytest.mark.long
def test_full_disk_leaves_the_tables_unchanged(db: Path, tmp_path: Path) -> None:
    """Simulated by a limit on file size, which DuckDB sees in the same way."""
    before = harness.read_table(db, "customers_enriched")
    rows = "".join(f"C{n},2024-01-01,EMEA,Retail\n" for n in range(2000))
    inputs = Path(shutil.copytree(harness.HANDMADE, tmp_path / "inputs"))
    with (inputs / "customers.csv").open("a") as file:
        file.write(rows)
    code, lines = run_build(db, LENIENT | {"data_dir": str(inputs)}, limit=db.stat().st_size + 8192)
    assert code == 1
    assert re.search(r": The disk is full: File too large\. Free space, or change", lines[-1])
    assert harness.read_table(db, "customers_enriched") == before


def test_permission_error_names_the_file() -> None:
    """The error of DuckDB for any user but root."""
    said = 'IO Error: Cannot open file "/data/x.duckdb": Permission denied'
    assert build_project.remedy(said) == (
        "No permission for /data/x.duckdb; change its permissions, or use another file."
    )


def test_a_missing_extension_names_the_command_that_has_it() -> None:
    said = (
        'IO Error: Failed to download extension "postgres_scanner" at URL "http://extensions.'
        'example/v2.0.0/linux_amd64/postgres_scanner.duckdb_extension.gz"'
    )
    assert build_project.remedy(said) == (
        "DuckDB v2.0.0 has no extension postgres_scanner and cannot download it; make attach "
        "builds with DuckDB 1.5 and its extensions for PostgreSQL, SQLite and .xlsx."
    )


def test_memory_error_names_the_settings() -> None:
    said = "Out of Memory Error: failed to allocate data of size 2.0 GiB (1.9 GiB/2.0 GiB used)"
    assert build_project.remedy(
        f"Runtime Error in model x (models/x.sql)\n  {said}\n\n  Possible fixes"
    ) == (
        "Not enough memory: failed to allocate data of size 2.0 GiB (1.9 GiB/2.0 GiB used). Raise "
        "DUCKDB_MEMORY_LIMIT, or lower DUCKDB_THREADS."
    )


# --- errors in inputs and settings --------------------------------------------------------------


def last_line(db: Path, **vars: object) -> str:
    code, lines = run_build(db, LENIENT | vars)
    assert code == 1
    return lines[-1].strip()


@pytest.mark.long
def test_unusable_input_or_setting_is_named_in_one_line(db: Path, tmp_path: Path) -> None:
    """One of each kind; the tests of the macros have all messages."""
    inputs = Path(shutil.copytree(harness.HANDMADE, tmp_path / "inputs"))
    truncated = inputs / "login_events.parquet"
    duckdb.sql(f"from read_csv('{inputs}/login_events.csv')").write_parquet(str(truncated))
    (inputs / "login_events.csv").unlink()
    truncated.write_bytes(truncated.read_bytes()[:-30])
    damaged = f"{truncated} is truncated or damaged; export it again."
    assert last_line(db, data_dir=str(inputs)) == damaged
    wrong = last_line(db, column_map="x")
    assert wrong.startswith("column_map: expected a mapping such as")


@pytest.mark.long
def test_too_many_rejected_rows_are_named_in_one_line(db: Path) -> None:
    assert last_line(db, data_dirr="x").startswith("Unknown var 'data_dirr'; the vars")
    too_many = last_line(db, max_rejected_share=0.3)
    assert too_many.startswith("int_as_of_date: subscriptions: 2 of 5 rows rejected (ends_before")
