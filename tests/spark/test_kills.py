"""Whoever is killed on Spark, and when: readers see the old table or the new one.

The next build ends right without anybody's help, and removes what was left. Kills fall at moments
that are drawn, the same on every run as far as clocks allow; the variable KILLS says how many, and
another number draws other ones.
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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import harness
import killed_build
import walk
import worlds

NUM_KILLS = int(os.environ.get("KILLS", "2"))
INPUTS = ("old", "new")
SECONDS = 600
Signature = dict[str, str]


def write_inputs(folder: Path) -> None:
    """Two states of the world, which differ in each of the tables; both end on the same day."""
    world = walk.World()
    worlds.write_csv(world.tables, folder / "old")
    world.add("login_events", "A", 207)
    world.acquire("B", 41)
    worlds.write_csv(world.tables, folder / "new")


class Builds:
    """Builds in one warehouse, one after the other, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output.txt"

    def said(self) -> list[dict[str, Any]]:
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        environment = {
            "SPARK_WAREHOUSE": str(self.folder / "warehouse"),
            "SPARK_SHUFFLE_PARTITIONS": "2",
            # whoever is killed leaves its temporary files
            "TMPDIR": str(self.folder),
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={self.folder}",
            "PYTHONPATH": os.pathsep.join(
                str(harness.ROOT / name) for name in ("tests/support", "scripts")
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
        """What a build says that nobody kills."""
        process = self.start(*args)
        try:
            assert process.wait(SECONDS) == 0, self.output.read_text(encoding="utf-8")
        finally:
            self.end(process)
        return self.said()

    def kill(self, args: Sequence[str], who: str, delay: float) -> list[dict[str, Any]]:
        """What a build says until it, or only its JVM, is killed some time after it has begun."""
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
                    process.wait(20)
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

    def strays(self, last: Sequence[dict[str, Any]]) -> list[str]:
        """Folders that nobody knows, or that nobody needs any more, after a build."""
        (catalogued,) = (said["catalogued"] for said in last if "catalogued" in said)
        (shown,) = (said["shown"] for said in last if "shown" in said)
        warehouse = self.folder / "warehouse"
        found = []
        for schema in sorted({table.partition(".")[0] for table in killed_build.TABLES}):
            for folder in (warehouse / f"{schema}.db").iterdir():
                if f"{schema}.{folder.name}" not in catalogued:
                    found.append(str(folder))
                found += [str(path) for path in folder.glob("**/_temporary")]
                found += [str(path) for path in folder.glob("**/.spark-staging*")]
        for table, text in shown.items():
            schema, _, name = table.partition(".")
            for folder in (warehouse / f"{schema}.db").glob(f"{name}__rows_*/table_version=*"):
                version = folder.name.replace("=", " = ")
                is_shown = folder.parent.name in text and re.search(rf"\b{version}\b", text)
                if not is_shown and any(folder.iterdir()):
                    found.append(str(folder))
        return found


def test_readers_see_the_old_table_or_the_new_one(tmp_path: Path) -> None:
    write_inputs(tmp_path)
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
        said = builds.kill([now, following, *options], who, draw.uniform(0, seconds))
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
    # one build ends what was begun, and another one removes what is left of it
    last = builds.run(now, now)
    assert next(line["seen"] for line in last if "ended" in line) == signatures[now]
    assert builds.strays(last) == []
    print(f"{num_killed} of {NUM_KILLS} builds killed, {num_reads} reads")
