"""The project on Spark against the project on DuckDB: the same inputs, every cell of the results.

Each builds on its own previous build; that this equals a full refresh on DuckDB is tested
elsewhere. A build on Spark takes half a minute however little there is to build, so that
tests that are not marked `long` make few of them: random worlds are thrown together, and dbt's data
tests are left out. A short walk is in test_cluster.py.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import harness
import input_files
import oracle
import pytest
import walk
import worlds
from harness import Dbt, Run
from hypothesis import Phase, given
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from small_spark import INTERPRETED, JVM_OPTIONS

TODAY = datetime.now(UTC).date()
KEYS = {**harness.KEYS, "time_spine": ("date",)}
ONLY_INPUTS = ("--select", "staging", "rejected_records")
STAGED = ("stg_customers", "stg_subscriptions", "stg_login_events", "stg_support_tickets")
# The same type as each engine calls it.
TYPES = {
    "VARCHAR": "string",
    "INTEGER": "int",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "BOOLEAN": "boolean",
    "DECIMAL(18,2)": "decimal(18,2)",
    "DECIMAL(18,6)": "decimal(18,6)",
    "DECIMAL(9,6)": "decimal(9,6)",
}


@pytest.fixture(scope="session")
def spark(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The session that dbt works in, with tables and metastore in a folder of its own.

    dbt starts it, so that it is the one of profiles.yml.
    """
    warehouse = tmp_path_factory.mktemp("warehouse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_WAREHOUSE", str(warehouse))
        patch.setenv("JAVA_TOOL_OPTIONS", JVM_OPTIONS)
        models = "{with_first_day: [customer_daily_metrics]}"
        start = ("run-operation", "start_exact_days", "--args", models, "--target", "spark")
        dbt(*start, db=warehouse / "customer_health.duckdb")
        session = SparkSession.builder.getOrCreate()
        assert session.conf.get("spark.sql.warehouse.dir").endswith(str(warehouse))
        yield session
        session.stop()


@contextmanager
def interpreted(spark: SparkSession) -> Iterator[None]:
    """For a handful of rows."""
    usual = {name: spark.conf.get(name) for name in INTERPRETED}
    for name, value in INTERPRETED.items():
        spark.conf.set(name, value)
    yield
    for name, value in usual.items():
        spark.conf.set(name, value)


@dataclass
class Both:
    """One project on both engines."""

    dbt: Dbt
    folder: Path
    spark: SparkSession
    data_dir: str | None = None

    @property
    def db(self) -> Path:
        return self.folder / "customer_health.duckdb"

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    def on(self, target: str, *args: str, **vars: object) -> Run:
        """Runs a dbt command.  Raises DbtFailed."""
        if self.data_dir is not None:
            vars["data_dir"] = self.data_dir
        return self.dbt(*args, "--target", target, db=self.db, **vars)

    def build(self, **vars: object) -> str:
        """Builds on both; what both said of customer_daily_metrics, which has to be the same."""
        duckdb_said, spark_said = (
            self.on(target, "run", **vars).said_of("customer_daily_metrics")
            for target in ("duckdb", "spark")
        )
        assert spark_said == duckdb_said
        return spark_said[0]

    def rows(self, table: str, schema: str = "main") -> tuple[list[harness.Row], list[harness.Row]]:
        """What DuckDB and Spark have, with columns of the same names, order and types."""
        expected = harness.read_table(self.db, table, schema)
        with duckdb.connect(str(self.db), read_only=True) as connection:
            types = connection.sql(f"describe {schema}.{table}").fetchall()
        frame = self.spark.table(f"{schema}.{table}").select([name for name, *_ in types])
        found = dict(frame.dtypes)
        if schema == "main":
            assert found == {name: TYPES[kind] for name, kind, *_ in types}
        return expected, [row.asDict() for row in frame.collect()]

    def num_versions(self, store: str) -> int:
        """How many versions one of the tables with the rows of customer_daily_metrics has."""
        table = f"main.customer_daily_metrics__rows_{store}"
        return self.spark.sql(f"show partitions {table}").count()

    def assert_same(self) -> None:
        self.assert_same_rejections()
        for table, key in KEYS.items():
            expected, actual = self.rows(table)
            harness.assert_same_table(actual, expected, key)

    def assert_same_inputs(self, without: str | None = None) -> None:
        """The accepted rows and the rejected ones; none of the table ``without``."""
        self.assert_same_rejections()
        for table in STAGED:
            expected, actual = (
                Counter(tuple(row.items()) for row in rows)
                for rows in self.rows(table, "main_staging")
            )
            assert actual == expected, table
            assert bool(expected) == (table != without), table

    def assert_same_rejections(self) -> None:
        """The same rows, whose records are the same text; only numbers may be written otherwise."""

        def counted(rows: Iterable[harness.Row]) -> Counter[tuple[object, ...]]:
            return Counter(
                (
                    *(row["source_table"], row["reason"], row["record_key"]),
                    _content(row["record"]),
                )
                for row in rows
            )

        expected, actual = (counted(rows) for rows in self.rows("rejected_records"))
        assert actual == expected


def _content(record: str) -> str:
    def number(text: str) -> Decimal:
        return Decimal(text).normalize()

    return repr(json.loads(record, parse_float=number, object_pairs_hook=list))


@pytest.fixture
def both(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> Iterator[Both]:
    """Both engines on the files of a folder, with nothing built."""
    both = Both(dbt, tmp_path, spark, data_dir=str(tmp_path / "inputs"))
    for schema in ("main", "main_intermediate", "main_staging"):
        spark.sql(f"drop schema if exists {schema} cascade")
    with interpreted(spark):
        yield both


# --- the example data, with all tests of dbt ---------------------------------------------------


def build_seeds(both: Both, *options: str) -> Counter[tuple[str, str]]:
    """How many nodes ended how, which has to be the same on both."""
    results = {}
    for target in ("duckdb", "spark"):
        run = both.on(target, "build", "--threads", "4", *options, test_all_days=True)
        results[target] = Counter(
            (str(entry.node.resource_type), str(entry.status)) for entry in run.nodes
        )
    assert results["spark"] == results["duckdb"]
    return results["spark"]


def test_seeds_match_duckdb(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> None:
    both = Both(dbt, tmp_path, spark)
    results = build_seeds(both, "--exclude-resource-type", "test")
    assert results["unit_test", "pass"] > 30
    both.assert_same()
    assert_same_analyses(both)


@pytest.mark.long
def test_seeds_pass_all_data_tests(dbt: Dbt, spark: SparkSession, tmp_path: Path) -> None:
    results = build_seeds(Both(dbt, tmp_path, spark), "--exclude-resource-type", "unit_test")
    assert results["test", "pass"] > 130


def assert_same_analyses(both: Both) -> None:
    """Each file in analyses gives the same rows in the same order."""
    expected, compiled = (
        both.on(target, "compile", "--select", "resource_type:analysis").compiled
        for target in ("duckdb", "spark")
    )
    assert compiled.keys() == expected.keys() != set()
    for name, sql in expected.items():
        with duckdb.connect(str(both.db), read_only=True) as connection:
            wanted = connection.execute(sql).fetchall()
        rows = both.spark.sql(compiled[name]).collect()
        assert [tuple(row) for row in rows] == wanted != [], name


# --- random worlds -------------------------------------------------------------------------------

NUM_WORLDS = 10


def random_worlds() -> list[tuple[worlds.RawWorld, oracle.Settings, str]]:
    """The same on every run; each can be built, and none of its tables is empty."""
    found: list[tuple[worlds.RawWorld, oracle.Settings, str]] = []

    @harness.random_cases(3 * NUM_WORLDS, phases=(Phase.generate,))
    @given(
        world=worlds.worlds(),
        chosen=worlds.settings(TODAY),
        file_format=st.sampled_from(worlds.FILE_FORMATS),
    )
    def collect(world: worlds.RawWorld, chosen: oracle.Settings, file_format: str) -> None:
        if all(world.values()) and not oracle.compute(world, chosen).has_nothing_to_build:
            found.append((world, chosen, file_format))

    collect()
    return found[:NUM_WORLDS]


def check_worlds(both: Both, drawn: Iterable[tuple[worlds.RawWorld, oracle.Settings, str]]) -> None:
    for world, chosen, file_format in drawn:
        for file in both.inputs.glob("*.*"):
            file.unlink()
        if file_format == "json":
            # there Spark cannot tell numbers from texts
            chosen = replace(chosen, decimal_separator=None)
        worlds.write_files(worlds.spelled(world, chosen), both.inputs, file_format)
        both.build(**harness.dbt_vars(chosen))
        both.assert_same()


def test_random_worlds_thrown_together_match_duckdb(both: Both) -> None:
    drawn = random_worlds()
    pools: tuple[worlds.RawWorld, ...] = tuple(
        {table: [] for table in oracle.INPUT_COLUMNS} for _ in range(2)
    )
    for number, (world, _, _) in enumerate(drawn):
        for table, rows in world.items():
            names = oracle.INPUT_COLUMNS[table]
            ids = [name for name in oracle.OPTIONAL_COLUMNS[table] if name.endswith("_id")]
            pools[number % 2][table] += [
                # one pool is without optional columns, in the other no row lacks an id
                {name: row[name] for name in names}
                if number % 2 == 0
                else dict.fromkeys(ids, f"{number}, {place}") | row
                for place, row in enumerate(rows)
            ]
    check_worlds(both, [(pools[0], drawn[0][1], "csv"), (pools[1], drawn[1][1], "parquet")])


@pytest.mark.long
def test_random_worlds_match_duckdb(both: Both) -> None:
    drawn = random_worlds()
    assert len(drawn) == NUM_WORLDS
    check_worlds(both, drawn)


def test_every_spelling_matches_duckdb(both: Both) -> None:
    worlds.write_csv(worlds.every_spelling(), both.inputs)
    for target in ("duckdb", "spark"):
        both.on(
            *(target, "run", *ONLY_INPUTS),
            as_of_date="2024-03-31",
            reporting_timezone="Asia/Kathmandu",
        )
    both.assert_same_inputs()


def test_numbers_in_floating_point_match_duckdb(both: Both) -> None:
    """The text of a large one has an exponent on Spark, and none on DuckDB."""
    shutil.copytree(harness.HANDMADE, both.inputs)
    (both.inputs / "subscriptions.csv").unlink()
    numbers = ["0.5", "1", "1.5", "-1", "-0", "9999999", "1e7", "2147483647", "2147483648", "1e30"]
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select
                    'A' as customer_id, 'P' || number as product_id, number::double as quantity,
                    date '2024-01-01' as start_date, null::date as end_date, number::double as arr
                from unnest({numbers}::varchar[]) as _ (number)
            ) to '{both.inputs}/subscriptions.parquet'
            """
        )
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS)
    both.assert_same_inputs()


# --- where the inputs come from ------------------------------------------------------------------


# Spark has no way to quote a wildcard.
NAMES = ("'; drop table customers; --", "1 % 0 %20 #", '"$(id) ü.csv')


@pytest.mark.long
@pytest.mark.parametrize("number", range(4))
def test_files_of_every_kind_match_duckdb(both: Both, tmp_path: Path, number: int) -> None:
    """Over the four, each table is of each kind once."""
    typed = tmp_path / "typed"
    worlds.write_parquet(worlds.read_csv(harness.HANDMADE), typed)
    both.inputs.mkdir()
    (both.inputs / "elsewhere").mkdir()
    (both.inputs / "elsewhere" / "customers.csv").touch()
    for position, table in enumerate(oracle.INPUT_COLUMNS):
        kind = input_files.KINDS[(number + position) % len(input_files.KINDS)]
        input_files.write_table(table, kind, both.inputs, typed, names=NAMES, twisted=True)
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS)
    both.assert_same_inputs()


def test_files_as_people_export_them(both: Both) -> None:
    """Every delimiter and encoding, JSON in lists and lines, values in forms, mapped columns."""
    chosen = oracle.Settings(
        run_day=TODAY,
        date_format={"subscriptions": "%d.%m.%y", "support_tickets": "%b %d, %Y %I:%M:%S %p"},
        decimal_separator={"subscriptions": ","},
        null_values={"subscriptions": ("it's \\ open", "-")},
    )
    world = worlds.spelled(worlds.read_csv(harness.HANDMADE), chosen)
    world["subscriptions"][0]["end_date"] = "It's \\ open"
    world["customers"][0]["region"] = "„Größe“\n5 €;"
    write = {
        "customers/1.csv": input_files.as_csv(";", "cp1252", "\r\n"),
        "customers/2.tsv": input_files.as_csv("\t", "cp1252", change=lambda name: f" {name} "),
        "subscriptions.csv": input_files.as_csv("|", "utf-16"),
        "login_events/1.jsonl": input_files.as_lines(),
        "login_events/2.json.gz": input_files.packed(input_files.as_json(indent=2)),
        "support_tickets.csv": input_files.as_csv(",", "utf-8-sig"),
    }
    input_files.put(world, both.inputs, write)
    vars = harness.dbt_vars(chosen) | {
        "csv_encoding": {"customers": "cp1252"},
        "column_map": {
            "customers": {"industry": {"value": "it's \\ 'one'"}},
            "subscriptions": {"arr": {"expression": "arr * 12 - 1"}, "quantity": {"value": 3}},
            "support_tickets": {"ticket_category": {"expression": "upper(ticket_category) -- so"}},
        },
    }
    for target in ("duckdb", "spark"):
        both.on(target, "run", *ONLY_INPUTS, **vars)
    both.assert_same_inputs()


@pytest.mark.long
def test_tables_of_a_schema_match_duckdb(both: Both) -> None:
    names = {"customers": "accounts"}
    both.spark.sql("drop schema if exists crm cascade")
    both.spark.sql("create schema crm")
    with duckdb.connect(str(both.db)) as connection:
        connection.execute("create schema crm")
        for table in oracle.INPUT_COLUMNS:
            file = harness.HANDMADE / f"{table}.csv"
            if table == "support_tickets":
                continue
            name = names.get(table, table)
            connection.execute(
                f"create table crm.{name} as from read_csv('{file}', all_varchar = true)"
            )
            rows = connection.sql(f"from crm.{name}")
            schema = ", ".join(f"{column} string" for column in rows.columns)
            both.spark.createDataFrame(rows.fetchall(), schema).write.saveAsTable(f"crm.{name}")
    from_schema = Both(both.dbt, both.folder, both.spark)
    for target in ("duckdb", "spark"):
        # there are no tickets, and harness.LENIENT says that there need not be
        from_schema.on(target, "run", *ONLY_INPUTS, source_schema="crm", source_tables=names)
    from_schema.assert_same_inputs(without="stg_support_tickets")


@pytest.mark.long
@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda inputs: (inputs / "customers.csv").unlink(), "data_dir: no input for customers"),
        (
            lambda inputs: (inputs / "customers.csv").write_text("customer_id,region,industry\n"),
            "customers.csv has no column acquisition_date",
        ),
    ],
    ids=["no file", "no column"],
)
def test_bad_files_stop_the_build(
    both: Both, break_it: Callable[[Path], object], sentence: str
) -> None:
    shutil.copytree(harness.HANDMADE, both.inputs)
    break_it(both.inputs)
    with pytest.raises(harness.DbtFailed, match=sentence):
        both.on("spark", "run", "--select", "staging", empty_inputs=[])


@pytest.mark.parametrize(
    ("setting", "value", "other"),
    [
        ("session.timeZone", "UTC", "Europe/Berlin"),
        ("timestampType", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"),
    ],
)
def test_a_session_that_would_change_times_stops_the_build(
    both: Both, tmp_path: Path, setting: str, value: str, other: str
) -> None:
    project = harness.copy_project(tmp_path / "project")
    line = f"        spark.sql.{setting}: "
    with (
        harness.mutated(project / "profiles.yml", f"{line}{value}\n", f"{line}{other}\n"),
        pytest.raises(harness.DbtFailed, match="timeZone to UTC"),
    ):
        Both(both.dbt.of(project), tmp_path, both.spark).on("spark", "run")


# --- one change after the other ------------------------------------------------------------------

STEPS = (
    "first build",
    "nothing",
    "three days later",
    "late login",
    "ticket re-categorised",
    "rows deleted",
    "customer leaves",
    "unknown customer arrives",
    "acquired later",
    "as_of_date back",
    "as_of_date unset",
    "weights",
    "rebuild_from",
    "no rows at all",
    "all rows are back",
    "closed statuses",
    "ignored statuses",
    "subscription ids",
    "subscription changes",
    "event ids",
    "event on an earlier day",
)


@pytest.mark.long
def test_walk_matches_duckdb(both: Both) -> None:
    """Some steps of the walk that is made on DuckDB."""
    world = walk.World()
    steps = {step.name: step for step in walk.WALK}
    said = Counter[str]()
    for name in STEPS:
        steps[name].change(world)
        worlds.write_csv(world.tables, both.inputs)
        said[both.build(**world.settings).split(" ")[0]] += 1
        both.assert_same()
        world.end_step()
    assert said["removing"] >= 1
    assert said["rebuilding"] >= 2


@pytest.mark.long
def test_a_value_that_moves_to_another_column_is_a_change(both: Both) -> None:
    """Spark's hash of a record skips nulls, as if its columns had no places."""
    tables = walk.World().tables
    columns = ("customer_id", "user_id", "user_type", "device", "login_timestamp")
    for user_type, device in ((None, "admin"), ("admin", None)):
        tables["login_events"][4] |= {"user_type": user_type, "device": device}
        logins = [{name: row.get(name) for name in columns} for row in tables["login_events"]]
        worlds.write_rows(tables | {"login_events": logins}, both.inputs)
        assert both.build() != "nothing changed"
        both.assert_same()


@pytest.mark.long
def test_a_build_that_was_stopped_is_made_good(both: Both, tmp_path: Path) -> None:
    """All is written, nothing shown yet; then the change is undone, or comes again."""
    world = walk.World()
    worlds.write_csv(world.tables, both.inputs)
    both.build()
    before = both.spark.table("main.customer_daily_metrics").collect()
    world.add("login_events", "A", 207)
    worlds.write_csv(world.tables, both.inputs)
    project = harness.copy_project(tmp_path / "project")
    macro = project / "macros" / "exact_days" / "spark" / "build_days.sql"
    shown = "customer_health.spark__show(table, store, columns, visible)"
    with (
        harness.mutated(
            macro, shown, f"run_query('stopped') if 'daily' in model.name else {shown}"
        ),
        pytest.raises(harness.DbtFailed, match="stopped"),
    ):
        Both(both.dbt.of(project), tmp_path, both.spark, both.data_dir).on("spark", "run")
    assert Counter(both.spark.table("main.customer_daily_metrics").collect()) == Counter(before)
    assert both.num_versions("a") == 2
    world.delete("login_events", -1)
    worlds.write_csv(world.tables, both.inputs)
    assert both.build() == "nothing changed"
    both.assert_same()
    assert both.num_versions("a") == 1
    world.add("login_events", "A", 207)
    worlds.write_csv(world.tables, both.inputs)
    assert both.build().startswith(f"rebuilding {walk.day(207)}")
    both.assert_same()


@pytest.mark.long
def test_versions_are_merged_and_removed(both: Both) -> None:
    """The ninth build on top of each other writes everything into the other table."""
    world = walk.World()
    for number in range(10):
        world.add("login_events", "A", 207 + number)
        worlds.write_csv(world.tables, both.inputs)
        both.build()
    both.assert_same()
    both.build()
    assert (both.num_versions("a"), both.num_versions("b")) == (0, 2)


# --- plans ---------------------------------------------------------------------------------------


def gatherings(plan: str) -> list[str]:
    """The steps of a physical plan that bring more than a row for each task to one place.

    A sum over everything is one row for each task, int_as_of_date is one row, constants are few.
    """
    lines = [line for line in plan.splitlines() if re.match(r"^[ :+-]*[A-Z*]", line)]
    texts = [re.sub(r"^[ :+-]*(\*\(\d+\) )?", "", line) for line in lines]
    depths = [len(line) - len(line.lstrip(" :+-")) for line in lines]

    def below(number: int) -> list[str]:
        end = number + 1
        while end < len(lines) and depths[end] > depths[number]:
            end += 1
        return texts[number + 1 : end]

    found = []
    for number, text in enumerate(texts):
        if text.startswith("Exchange SinglePartition"):
            if not re.match(
                r"(Hash|Sort|Object)\w*Aggregate\(keys=\[\], functions=\[(\]|.*partial_)",
                texts[number + 1],
            ):
                found.append(text)
        elif text.startswith("CartesianProduct"):
            found.append(text)
        elif text.startswith("BroadcastExchange IdentityBroadcastMode"):
            scans = [part for part in below(number) if "Scan" in part]
            few = r"int_as_of_date|OneRowRelation|LocalTableScan"
            is_one_row = re.match(r"(Hash|Sort|Object)\w*Aggregate\(keys=\[\], ", texts[number + 1])
            if not is_one_row and not all(re.search(few, scan) for scan in scans):
                found.append(text)
    return found


@pytest.mark.long
def test_no_step_gathers_all_rows(both: Both) -> None:
    world = walk.World()
    worlds.write_csv(world.tables, both.inputs)
    both.on("spark", "run")
    compiled = both.on("spark", "compile", "--select", "resource_type:model").compiled
    plans = {
        name: both.spark.sql(f"explain {sql}").collect()[0][0] for name, sql in compiled.items()
    }
    assert {name: gatherings(plan) for name, plan in plans.items() if gatherings(plan)} == {}
    assert "Exchange hashpartitioning(date" in plans["customer_daily_metrics"]
    # and what the check would say of others
    table = "main_staging.base_customers"
    for query in (
        f"select *, row_number() over (order by customer_id) as n from {table}",
        f"select a.* from {table} as a cross join {table} as b",
    ):
        assert gatherings(both.spark.sql(f"explain {query}").collect()[0][0])
