"""The project on a Spark cluster, through its Thrift server, against DuckDB, cell by cell."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import changes
import duckdb
import harness
import input_files
import pytest
import spark_cluster
from harness import Dbt, Run
from pyhive import hive
from small_spark import INTERPRETED, JVM_OPTIONS, SCHEMA, statements_for

SETTINGS = tuple(f"{name}={value}" for name, value in INTERPRETED.items())


def free_port() -> int:
    with socket.socket() as found:
        found.bind((spark_cluster.HOST, 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[spark_cluster.Cluster]:
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_PORT", str(port))
        patch.setenv("JAVA_TOOL_OPTIONS", JVM_OPTIONS)
        with spark_cluster.cluster(port, free_port(), settings=SETTINGS) as running:
            yield running


def execute(statements: Iterable[str]) -> None:
    """Runs statements on the cluster of the environment variable SPARK_PORT."""
    with (
        hive.connect(spark_cluster.HOST, int(os.environ["SPARK_PORT"])) as connection,
        connection.cursor() as cursor,
    ):
        for statement in statements:
            cursor.execute(statement)


class OnCluster:
    """One project on DuckDB and on the cluster."""

    def __init__(self, dbt: Dbt, folder: Path) -> None:
        self.dbt = dbt
        self.inputs = folder / "inputs"
        self.db = folder / "customer_health.duckdb"

    def run(self, *args: str, data_dir: Path | None = None, **vars: object) -> list[Run]:
        """Runs a command on both, on the seeds or the files of a folder, tables on Spark."""
        runs = []
        for target in ("duckdb", "spark_thrift"):
            if data_dir and target == "duckdb":
                vars["data_dir"] = str(data_dir)
            elif data_dir:
                execute(statements_for(self.dbt, data_dir))
                vars = vars | {"data_dir": None, "source_schema": SCHEMA}
            runs.append(self.dbt(*args, "--target", target, db=self.db, **vars))
        return runs

    def rows(self, table: str) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]:
        """The rows on DuckDB and on Spark, every cell as text."""
        with duckdb.connect(str(self.db), read_only=True) as connection:
            names = [name for name, *_ in connection.sql(f"describe main.{table}").fetchall()]
            texts = ", ".join(f"cast({name} as varchar)" for name in names)
            expected = connection.sql(f"select {texts} from main.{table}").fetchall()
        with (
            hive.connect(spark_cluster.HOST, int(os.environ["SPARK_PORT"])) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("set spark.sql.session.timeZone = UTC")
            texts = ", ".join(f"cast({name} as string)" for name in names)
            cursor.execute(f"select {texts} from main.{table}")
            return Counter(expected), Counter(cursor.fetchall())

    def assert_same(self) -> None:
        for table in harness.KEYS:
            expected, actual = self.rows(table)
            assert actual == expected, table


@pytest.fixture(scope="module")
def both(
    dbt: Dbt, cluster: spark_cluster.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> OnCluster:
    return OnCluster(dbt, tmp_path_factory.mktemp("both"))


def test_a_cluster_that_loses_an_executor_matches_duckdb(
    both: OnCluster, cluster: spark_cluster.Cluster
) -> None:
    before = cluster.executors()
    assert len(before) == spark_cluster.WORKERS
    killed: list[int] = []

    def kill_one() -> None:
        while not list(cluster.warehouse.glob("*/base_login_events__rows_a")):
            time.sleep(0.1)
        killed.append(before[0])
        os.kill(before[0], signal.SIGKILL)

    # a daemon, because it never ends if the build fails
    killer = Thread(target=kill_one, daemon=True)
    killer.start()
    without_tests = [f"--exclude-resource-type={kind}" for kind in ("test", "unit_test")]
    on_duckdb, on_cluster = both.run("build", *without_tests)
    killer.join()
    assert len(on_cluster.nodes) == len(on_duckdb.nodes)
    assert killed[0] not in cluster.executors()
    both.assert_same()


def test_a_walk_on_the_cluster_matches_duckdb(both: OnCluster) -> None:
    world, steps = changes.World(), {step.name: step for step in changes.WALK}
    for name, first_word in (
        ("first build", "rebuilding"),
        ("late login", "rebuilding"),
        ("as_of_date back", "removing"),
    ):
        steps[name].change(world)
        input_files.write_csv(world.tables, both.inputs)
        runs = both.run("run", data_dir=both.inputs, **world.settings)
        on_duckdb, on_cluster = (run.said_of("customer_daily_metrics") for run in runs)
        assert on_cluster == on_duckdb
        assert on_duckdb[0].split(" ")[0] == first_word
        both.assert_same()
        world.end_step()


def test_a_stopped_cluster_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl+C stops it."""
    port = free_port()
    env = {"SPARK_PORT": str(port), "SPARK_MASTER_PORT": str(free_port())}
    program = subprocess.Popen(
        [sys.executable, str(harness.ROOT / "dev" / "spark_cluster.py")],
        env=os.environ | env | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    line = program.stdout.readline()
    program.send_signal(signal.SIGINT)
    assert program.wait(60) == 0
    assert str(port) in line
    assert [path.name for path in tmp_path.iterdir()] == []
    with socket.socket() as found, suppress(ConnectionRefusedError):
        found.connect((spark_cluster.HOST, port))
        pytest.fail(f"a process still listens on {port}")


def test_a_port_in_use_is_not_taken_for_a_new_cluster() -> None:
    with socket.create_server((spark_cluster.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(RuntimeError, match=f"{port} is in use"),
            spark_cluster.cluster(port, free_port()),
        ):
            pass
