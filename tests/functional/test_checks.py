"""What is checked before metrics are built: settings, rejected rows, age and volume of inputs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import harness
import oracle
import pytest
import worlds
from harness import Dbt

TODAY = datetime.now(UTC).date()
STRICT = {"max_rejected_share": 0.05, "source_check_severity": "warn"}

Check = Callable[..., tuple[bool, list[str]]]


@pytest.fixture
def check(dbt: Dbt) -> Check:
    """Runs the models on a database; returns whether that succeeded, and warnings and errors."""

    def check(db: Path, **vars: object) -> tuple[bool, list[str]]:
        run = dbt("run", db=db, check=False, **(STRICT | vars))
        return run.success, run.findings

    return check


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


# --- settings -----------------------------------------------------------------------------------

WRONG_SETTINGS: list[tuple[dict[str, object], str]] = [
    ({"dataa_dir": "x"}, r"No setting is called 'dataa_dir'; the settings are data_dir, .*"),
    ({"as_of_date": "31.12.2024"}, r"as_of_date: '31\.12\.2024' is not a date; .*2024-01-31\."),
    ({"rebuild_from": "x"}, r"rebuild_from: 'x' is not a date; .*"),
    ({"reporting_timezone": "Mars"}, r"reporting_timezone: 'Mars' is not a time zone; .*"),
    (
        {"subscription_end_date_is_inclusive": "false"},
        r"subscription_end_date_is_inclusive: 'false' is neither true nor false .*",
    ),
    ({"test_all_days": "yes"}, r"test_all_days: 'yes' is neither true nor false .*"),
    (
        {"high_aging_ticket_threshold": "3; drop table x"},
        r"high_aging_ticket_threshold: '3; drop table x' is not a number of 0 or more.*",
    ),
    ({"max_rejected_share": -1}, r"max_rejected_share: '-1' is not a number of 0 or more.*"),
    ({"max_rejected_share": 5}, r"max_rejected_share: '5' is not a share between 0 and 1.*"),
    ({"risk_weights": [1]}, r"risk_weights: expected a mapping such as .*"),
    ({"risk_weights": {"ARR": 1}}, r"risk_weights: 'ARR' is no component; the components are .*"),
    ({"risk_weights": {"arr": "1)"}}, r"risk_weights: arr is '1\)'; expected 0 to 999 .*"),
    ({"max_age_days": 3}, r"max_age_days: expected a mapping such as .*"),
    ({"max_age_days": {"logins": 3}}, r"max_age_days: 'logins' is no table; the tables are .*"),
    (
        {"max_age_days": {"customers": "long"}},
        r"max_age_days: customers is 'long'; expected a whole number of days, or null\.",
    ),
    ({"source_check_severity": "loud"}, r"source_check_severity: 'loud' is neither warn, error.*"),
    ({"column_map": "x"}, r"column_map: expected a mapping such as .*"),
    ({"column_map": {"logins": {}}}, r"column_map: 'logins' is no table; the tables are .*"),
    (
        {"column_map": {"customers": {"name": "x"}}},
        r"column_map: 'name' is no column of customers; its columns are customer_id, .*",
    ),
    (
        {"column_map": {"customers": {"region": None}}},
        r"column_map: customers\.region is 'None'; expected the name of a column\.",
    ),
    ({"source_database": "x"}, r"source_database needs source_schema, .*"),
    ({"source_schema": "main"}, r"Set data_dir or source_schema, not both\."),
]


@pytest.mark.parametrize(("vars", "line"), WRONG_SETTINGS, ids=[str(v) for v, _ in WRONG_SETTINGS])
def test_a_wrong_setting_stops_the_build(
    check: Check, db: Path, vars: dict[str, object], line: str
) -> None:
    succeeded, said = check(db, data_dir=str(harness.HANDMADE), **vars)
    assert not succeeded
    assert any(re.fullmatch(line, entry) for entry in said), said
    with duckdb.connect(str(db)) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()


def test_every_setting_is_known() -> None:
    """The list that misspelt names are compared with is that of dbt_project.yml."""
    declared = re.search(
        r"^vars:\n((?: .*\n)+)", (harness.ROOT / "dbt_project.yml").read_text("utf-8"), re.MULTILINE
    )
    assert declared is not None
    names = re.findall(r"^  (\w+):", declared[1], re.MULTILINE)
    macro = (harness.ROOT / "macros" / "settings" / "setting_names.sql").read_text("utf-8")
    assert sorted(re.findall(r"'(\w+)'", macro)) == sorted(names)


def test_an_end_before_all_rows_stops_the_build(check: Check, db: Path) -> None:
    vars = {"data_dir": str(harness.HANDMADE), "max_rejected_share": 1}
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customer_daily_metrics")
    succeeded, said = check(db, **vars, as_of_date="1999-12-31")
    assert not succeeded
    assert "as_of_date: 1999-12-31 lies before every row; the first one is of 2023-12-31." in said
    assert harness.read_table(db, "customer_daily_metrics") == before


# --- rejected rows ------------------------------------------------------------------------------


def test_too_many_rejected_rows_stop_the_build(check: Check, db: Path, tmp_path: Path) -> None:
    good = [f"C{n}" for n in range(95)]
    world: worlds.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    world["customers"] = [
        {"customer_id": name, "acquisition_date": "2024-01-01", "region": "", "industry": ""}
        for name in good
    ] + [
        {"customer_id": f"D{n}", "acquisition_date": date, "region": "", "industry": ""}
        for n, date in enumerate(["never"] * 3 + ["2024-02-30"] * 2)
    ]
    worlds.write_csv(world, tmp_path / "inputs")
    vars = {"data_dir": str(tmp_path / "inputs"), "source_check_severity": "off"}
    # 5 of 100 are not more than 0.05
    assert check(db, **vars)[0]
    before = harness.read_table(db, "customers_enriched")
    assert len(before) == 95
    world["customers"].append(world["customers"][0])
    worlds.write_csv(world, tmp_path / "inputs")
    succeeded, said = check(db, **vars)
    assert not succeeded
    assert (
        "customers: 6 of 101 rows rejected (invalid_date 5, duplicate_key 1), more than "
        'max_rejected_share: 0.05. The rows are in "customer_health"."main"."rejected_records"; '
        "mend them, or raise that setting."
    ) in said
    assert harness.read_table(db, "customers_enriched") == before
    assert len(harness.read_table(db, "rejected_records")) == 6
    assert check(db, **vars, max_rejected_share=0.06)[0]


# --- how new and how many -----------------------------------------------------------------------


def write_history(
    folder: Path, last_day: date, logins: Callable[[date], int], days: int = 80
) -> None:
    """Inputs whose newest rows are of a day, with a number of logins on each day before it."""
    world: worlds.RawWorld = {table: [] for table in oracle.INPUT_COLUMNS}
    world["customers"] = [
        {"customer_id": "C", "acquisition_date": str(last_day), "region": "", "industry": ""}
    ]
    for day in (last_day - timedelta(days=n) for n in range(days)):
        world["login_events"] += [
            {
                "user_id": f"U{n}",
                "customer_id": "C",
                "user_type": "admin",
                "login_timestamp": f"{day} 10:00:00",
            }
            for n in range(logins(day))
        ]
    worlds.write_csv(world, folder)


def findings(said: list[str]) -> list[str]:
    return sorted(
        line for line in said if re.match(r"(\[WARNING\]: )?(login|cust|subs|supp)", line)
    )


def without_label(lines: list[str]) -> list[str]:
    return [line.removeprefix("[WARNING]: ") for line in lines]


def test_freshness_check_warns_of_stale_inputs(check: Check, db: Path, tmp_path: Path) -> None:
    day = TODAY - timedelta(days=10)
    write_history(tmp_path / "inputs", day, lambda day: 3)
    vars = {"data_dir": str(tmp_path / "inputs")}
    succeeded, said = check(db, **vars)
    stale = f"login_events: the newest row is of {day}, 10 days old (max_age_days: 3)."
    assert succeeded
    assert without_label(findings(said)) == [stale]
    succeeded, said = check(db, **vars, source_check_severity="error")
    assert not succeeded
    assert stale in said
    for quiet in (
        {"source_check_severity": "off"},
        {"max_age_days": {"login_events": 10}},
        {"max_age_days": {"login_events": None}},
        # what came later does not count, and is not missed
        {"as_of_date": str(day + timedelta(days=3))},
    ):
        succeeded, said = check(db, **(vars | quiet))
        assert succeeded
        assert not findings(said), quiet


def test_volume_check_warns_of_jumps(check: Check, db: Path, tmp_path: Path) -> None:
    last_day = TODAY - timedelta(days=1)
    quiet_day, loud_day, missing_day = (last_day - timedelta(days=n) for n in (1, 2, 3))
    unusual = {quiet_day: 14, loud_day: 63, missing_day: 0}

    def logins(day: date) -> int:
        # a week has its ups and downs, which are nothing unusual
        return unusual.get(day, 30 if day.weekday() < 5 else 30 + day.day % 2)

    write_history(tmp_path / "inputs", last_day, logins)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    told = without_label(findings(said))
    usual = r"; the same weekday had 30 to 3[01] in the 8 weeks before\."
    for line, (day, count) in zip(
        sorted(told), sorted(unusual.items(), key=lambda item: str(item[1])), strict=True
    ):
        assert re.fullmatch(rf"login_events: {count} rows of {day}{usual}", line)


@pytest.mark.parametrize(
    ("number", "days", "last_day"),
    [(19, 80, TODAY - timedelta(days=1)), (40, 50, TODAY - timedelta(days=1)), (40, 80, TODAY)],
    ids=["few rows", "short history", "today is not over"],
)
def test_volume_check_skips_small_short_and_unfinished_series(
    check: Check, db: Path, tmp_path: Path, number: int, days: int, last_day: date
) -> None:
    odd_day = last_day - timedelta(days=2) if last_day < TODAY else TODAY
    write_history(tmp_path / "inputs", last_day, lambda day: 1 if day == odd_day else number, days)
    succeeded, said = check(db, data_dir=str(tmp_path / "inputs"))
    assert succeeded
    assert not findings(said)


# --- other names for columns --------------------------------------------------------------------

NAMES = {
    "customers": {"customer_id": 'the "Id"', "region": "Land; drop table customers"},
    # the two ids trade places
    "login_events": {
        "user_id": "customer_id",
        "customer_id": "user_id",
        "login_timestamp": "created_at",
    },
    "subscriptions": {"arr": "{{ arr }}", "end_date": "raw", "start_date": "raw_record"},
    "support_tickets": {"ticket_id": "fault", "created_date": "case", "status": "Ünïcode 漢字"},
}


def test_column_map_reads_renamed_columns(check: Check, db: Path, tmp_path: Path) -> None:
    world = worlds.read_csv(harness.HANDMADE)
    renamed: dict[str, list[dict[str, Any]]] = {
        table: [{NAMES[table].get(name, name): text for name, text in row.items()} for row in rows]
        for table, rows in world.items()
    }
    (tmp_path / "inputs").mkdir()
    for table, rows in renamed.items():
        with duckdb.connect() as connection:
            names = list(rows[0])
            quoted = ", ".join('"' + name.replace('"', '""') + '" varchar' for name in names)
            connection.execute(f"create table t ({quoted})")
            connection.executemany(
                f"insert into t values ({', '.join('?' * len(names))})",
                [list(row.values()) for row in rows],
            )
            connection.execute(f"copy t to '{tmp_path}/inputs/{table}.csv'")
    vars = {
        "data_dir": str(tmp_path / "inputs"),
        "column_map": NAMES,
        "max_rejected_share": 1,
        "source_check_severity": "off",
    }
    succeeded, said = check(db, **vars)
    assert succeeded, said
    settings = oracle.Settings(run_day=TODAY)
    harness.assert_matches_oracle(db, oracle.compute(world, settings))
    # a record is the row as it was given
    records = [row["record"] for row in harness.read_table(db, "rejected_records")]
    assert any('"created_at":' in record for record in records)
    shutil.copy(harness.HANDMADE / "customers.csv", tmp_path / "inputs")
    succeeded, said = check(db, **vars)
    assert not succeeded
    missing = f'{tmp_path}/inputs/customers.csv has no column the "id"; it has customer_id, '
    assert any(line.startswith(missing) for line in said), said


# --- files as they come -------------------------------------------------------------------------

UGLY = harness.ROOT / "tests" / "fixtures" / "ugly"


def ugly_world() -> worlds.RawWorld:
    """The rows of UGLY, read by Python, under the names of the entity diagram."""
    files = {
        "customers": [UGLY / "customers.csv"],
        "subscriptions": [UGLY / "subscriptions.csv.gz"],
        "login_events": sorted((UGLY / "login_events").glob("*.[cC]*")),
        "support_tickets": [UGLY / "support_tickets.csv"],
    }
    names = {"ticket id": "ticket_id", "created_at": "login_timestamp"}
    world: worlds.RawWorld = {}
    for table, paths in files.items():
        world[table] = []
        for path in paths:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            for row in rows:
                cells = {names.get(name.lower(), name.lower()): text for name, text in row.items()}
                world[table].append({name: cells[name] for name in oracle.INPUT_COLUMNS[table]})
    return world


def test_messy_exports_match_the_oracle(check: Check, db: Path) -> None:
    """A byte order mark, CRLF, gzip, quoted commas and line breaks, columns in any order."""
    succeeded, said = check(
        db,
        data_dir=str(UGLY),
        column_map={
            "login_events": {"login_timestamp": "Created_At"},
            "support_tickets": {"ticket_id": "ticket id"},
        },
        max_rejected_share=1,
        source_check_severity="off",
    )
    assert succeeded, said
    with (UGLY / "expected_rejects.csv").open(newline="") as file:
        expected = Counter(tuple(row) for row in list(csv.reader(file))[1:])
    rejected = harness.read_table(db, "rejected_records")
    found = Counter(
        (
            row["source_table"],
            row["reason"],
            # either of two equal events may be the one that is kept
            re.sub(r"[|][^|]*$", "|*", row["record_key"])
            if row["reason"] == "duplicate_event"
            else row["record_key"] or "",
        )
        for row in rejected
    )
    assert found == expected
    harness.assert_matches_oracle(db, oracle.compute(ugly_world(), oracle.Settings(run_day=TODAY)))
    # whatever else the row had is in the record
    names = {json.loads(row["record"]).get("Account Name") for row in rejected}
    assert {"Two\r\nlines", "Dates as in a spreadsheet", "No date", "Nobody"} <= names
