"""Builds on Spark killed at random moments: readers see the old table or the new one.

The next build succeeds without help, and later ones remove what was left. The moments are random
but repeat from run to run, as far as clocks allow; KILLS sets their number and seeds the draw.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import changes
import harness
import input_files
import killed_build
import pytest
import spark_cluster
from pyhive import hive
from small_spark import JVM_OPTIONS, SCHEMA, statements_for
from test_cluster import SETTINGS, execute, free_port

NUM_KILLS = int(os.environ.get("KILLS", "2"))
INPUTS = ("old", "new")
SECONDS = 600
Signature = dict[str, str]


def write_inputs(dbt: harness.Dbt, folder: Path) -> None:
    """Two states of the inputs with the same last day, which differ in each of the tables.

    Each is a JSON file of the statements that make its tables.
    """
    world = changes.World()
    for name in INPUTS:
        input_files.write_csv(world.tables, folder / name)
        statements = json.dumps(statements_for(dbt, folder / name))
        (folder / f"{name}.json").write_text(statements, encoding="utf-8")
        world.add("login_events", "A", 207)
        world.acquire("B", 41)


def strays(warehouse: Path, catalogued: Sequence[str], shown: dict[str, str]) -> list[str]:
    """Folders that the catalogue does not know, or that are not needed any more."""
    found = []
    for schema in sorted({table.partition(".")[0] for table in killed_build.TABLES}):
        for folder in (warehouse / f"{schema}.db").iterdir():
            if f"{schema}.{folder.name}" not in catalogued:
                found.append(str(folder))
            found += [str(path) for path in folder.glob("**/_temporary")]
            found += [str(path) for path in folder.glob("**/.spark-staging*")]
    for table, text in shown.items():
        schema, _, name = table.partition(".")
        others = []
        for folder in (warehouse / f"{schema}.db").glob(f"{name}__rows_*/table_version=*"):
            version = folder.name.replace("=", " = ")
            is_shown = folder.parent.name in text and re.search(rf"\b{version}\b", text)
            if not is_shown and any(folder.iterdir()):
                others.append(str(folder))
        # an atomic table keeps the rows of the build before
        is_atomic = f"{table}_fingerprints" not in catalogued
        found += others[1 if is_atomic else 0 :]
    return found


class Builds:
    """Builds in one warehouse, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output.txt"

    def said(self) -> list[dict[str, Any]]:
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        environment = {
            "SPARK_WAREHOUSE": str(self.folder / "warehouse"),
            # killed processes leave temporary files
            "TMPDIR": str(self.folder),
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={self.folder} {JVM_OPTIONS}",
            "PYTHONPATH": os.pathsep.join(
                str(harness.ROOT / name) for name in ("tests/support", "apps")
            ),
        }
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, killed_build.__file__, str(self.folder), *args],
                cwd=self.folder,
                env=os.environ | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def run(self, *args: str) -> list[dict[str, Any]]:
        """What a build prints that is not killed."""
        process = self.start(*args)
        try:
            assert process.wait(SECONDS) == 0, self.output.read_text(encoding="utf-8")
        finally:
            self.end(process)
        return self.said()

    def kill(self, args: Sequence[str], who: str, delay: float) -> list[dict[str, Any]]:
        """What a build prints until it, or only its JVM, is killed some time after its begin."""
        process = self.start(*args)
        try:
            end = time.monotonic() + SECONDS
            while not any("begun" in said for said in self.said()):
                assert process.poll() is None, self.output.read_text(encoding="utf-8")
                assert time.monotonic() < end
                time.sleep(0.1)
            time.sleep(delay)
            if who == "JVM":
                for jvm in self.jvms(process):
                    os.kill(jvm, signal.SIGKILL)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
        finally:
            self.end(process)
        return self.said()

    def jvms(self, process: subprocess.Popen[bytes]) -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (folder / "comm").read_text().strip() == "java":
                    found.append(int(folder.name))
        return [jvm for jvm in found if os.getpgid(jvm) == process.pid]


@pytest.mark.long
def test_readers_see_the_old_table_or_the_new_one(dbt: harness.Dbt, tmp_path: Path) -> None:
    write_inputs(dbt, tmp_path)
    builds = Builds(tmp_path)
    draw = random.Random(NUM_KILLS)
    first = builds.run("old", "new", "--full-refresh")
    signatures: dict[str, Signature] = {}
    for said in first:
        if "built" in said:
            signatures["old"] = said["built"]
        if "ended" in said:
            signatures["new"] = said["seen"]
    seconds = next(said["seconds"] for said in first if "ended" in said)
    for table in killed_build.TABLES:
        assert signatures["old"][table] != signatures["new"][table], table
    now, following = "new", "old"
    num_killed = num_reads = 0
    for _ in range(NUM_KILLS):
        options = draw.choice(((), ("--full-refresh",)))
        who = draw.choice(("all", "JVM"))
        delay = draw.uniform(0, seconds)
        said = builds.kill([now, following, *options], who, delay)
        print(f"killed {who} after {delay:.1f} s of {options}", flush=True)
        for line in said:
            for seen in (line.get("left", {}), line.get("read", {})):
                for table, rows in seen.items():
                    num_reads += 1
                    assert rows in [signatures[name][table] for name in INPUTS], (table, line)
            if "built" in line:
                assert line["built"] == signatures[now]
        num_killed += not any("ended" in line for line in said)
        now, following = following, now
    assert num_killed >= NUM_KILLS / 2
    assert num_reads > 4 * NUM_KILLS
    # what a killed build of some days left goes when the rows move to the other store
    builds.run(now, now, "--full-refresh")
    last = builds.run(now, now)
    assert next(line["seen"] for line in last if "ended" in line) == signatures[now]
    (catalogued,) = (said["catalogued"] for said in last if "catalogued" in said)
    (shown,) = (said["shown"] for said in last if "shown" in said)
    assert strays(tmp_path / "warehouse", catalogued, shown) == []
    print(f"{num_killed} of {NUM_KILLS} builds killed, {num_reads} reads")


class Readers:
    """Reads the tables on a cluster, and keeps reading while a build is killed."""

    def __init__(self, cluster: spark_cluster.Cluster) -> None:
        self.cluster = cluster
        self.seen: list[tuple[str, str]] = []
        self.failed: list[str] = []
        self.is_driver_up = True
        self._ended = Event()

    @contextmanager
    def reading(self) -> Iterator[None]:
        thread = Thread(target=self._look_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = hive.connect(spark_cluster.HOST, self.cluster.port)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        finally:
            # on a new server, this may fail for a class that Spark leaves out of Hive
            with suppress(hive.OperationalError):
                connection.close()

    def signature(self, table: str) -> str:
        query = f"select count(*), sum(cast(xxhash64(*) as decimal(38, 0))) from {table}"
        return str(self.rows(query)[0])

    def signatures(self) -> Signature:
        return {table: self.signature(table) for table in killed_build.TABLES}

    def _look_on(self) -> None:
        while not self._ended.wait(killed_build.PAUSE):
            for table in killed_build.TABLES:
                try:
                    self.seen.append((table, self.signature(table)))
                # whatever the driver, thrift or the socket say when it dies
                except Exception as error:
                    if self.is_driver_up and not self._ended.is_set():
                        self.failed.append(f"{table}: {error}")


def dbt_process(
    dbt: harness.Dbt, folder: Path, inputs: str, *options: str
) -> subprocess.Popen[bytes]:
    """Makes the tables of some inputs, and starts building them."""
    execute(json.loads((folder / f"{inputs}.json").read_text(encoding="utf-8")))
    command = [str(Path(sys.executable).parent / "dbt"), "run", "--target", "spark_thrift"]
    arguments = [*command, *dbt.options(source_schema=SCHEMA), *options]
    with (folder / "dbt.txt").open("wb") as output:
        return subprocess.Popen(
            arguments,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_for_first_model(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until dbt begins to build; before that, there is little to kill."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and b" START " not in (folder / "dbt.txt").read_bytes():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.long
def test_readers_of_a_cluster_see_the_old_table_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", JVM_OPTIONS)
    dbt = harness.Dbt(tmp_path / "dbt")
    write_inputs(dbt, tmp_path)
    draw = random.Random(NUM_KILLS)
    selected = ("--select", *killed_build.SELECTED)
    ports = free_port(), free_port()
    monkeypatch.setenv("SPARK_PORT", str(ports[0]))
    with spark_cluster.cluster(*ports, settings=SETTINGS) as cluster:

        def build(inputs: str, *options: str) -> float:
            process = dbt_process(dbt, tmp_path, inputs, *options)
            wait_for_first_model(process, tmp_path)
            start = time.monotonic()
            assert process.wait(SECONDS) == 0, (tmp_path / "dbt.txt").read_text(encoding="utf-8")
            return time.monotonic() - start

        signatures: dict[str, Signature] = {}
        for inputs in INPUTS:
            seconds = build(inputs, *(selected if signatures else ()))
            signatures[inputs] = Readers(cluster).signatures()
        for table in killed_build.TABLES:
            assert signatures["old"][table] != signatures["new"][table], table
        following = "old"
        killed: Counter[str] = Counter()
        readers = Readers(cluster)
        with readers.reading():
            for _ in range(NUM_KILLS):
                options = draw.choice(((), ("--full-refresh",)))
                who = draw.choice(("dbt", "driver", "executor"))
                process = dbt_process(dbt, tmp_path, following, *selected, *options)
                wait_for_first_model(process, tmp_path)
                delay = draw.uniform(0, seconds)
                time.sleep(delay)
                killed[who] += process.poll() is None
                print(f"killing {who} after {delay:.1f} s of {options}", flush=True)
                if who == "executor":
                    for executor in cluster.executors()[:1]:
                        os.kill(executor, signal.SIGKILL)
                    # Spark starts another one, and the build ends
                    assert process.wait(SECONDS) == 0
                    is_built = True
                else:
                    if who == "driver":
                        readers.is_driver_up = False
                        cluster.kill("thrift_server")
                        with suppress(subprocess.TimeoutExpired):
                            process.wait(5)
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    if who == "driver":
                        cluster.start_server()
                        readers.is_driver_up = True
                    left = readers.signatures()
                    for table, rows in left.items():
                        assert rows in [signatures[name][table] for name in INPUTS], table
                    # the next build needs no help, whether it follows one kill or several
                    is_built = draw.choice((True, False))
                    if is_built:
                        build(following, *selected)
                assert not is_built or readers.signatures() == signatures[following]
                assert readers.failed == []
                for table, rows in readers.seen:
                    assert rows in [signatures[name][table] for name in INPUTS], table
                following = "new" if following == "old" else "old"
        assert sum(killed.values()) >= NUM_KILLS / 2
        assert len(readers.seen) > 2 * NUM_KILLS
        build("new", *selected, "--full-refresh")
        build("new", *selected)
        build("new", *selected)
        assert readers.signatures() == signatures["new"]
        catalogued = [
            f"{schema}.{row[1]}"
            for schema in {table.partition(".")[0] for table in killed_build.TABLES}
            for row in readers.rows(f"show tables in {schema}")
        ]
        shown = {
            table: next(
                row[1]
                for row in readers.rows(f"describe extended {table}")
                if row[0] == "View Text"
            )
            for table in killed_build.TABLES
        }
        assert strays(cluster.warehouse, catalogued, shown) == []
        print(f"{dict(killed)} killed, {len(readers.seen)} reads")
