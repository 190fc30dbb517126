"""A small Spark cluster on this machine, which ``make spark-cluster`` starts.

A master, two workers of one core each, and the Thrift server for the target ``spark_thrift``, from
the installed pyspark and on the loopback address. Ctrl+C stops them and removes what they wrote;
tables stay if SPARK_WAREHOUSE names a folder for them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOST = "127.0.0.1"
WORKERS = 2
SECONDS_TO_START = 180
SECONDS_TO_STOP = 15
SERVER_MEMORY = "1536m"
# When a session closes, Hive may load a class whose verification needs one that Spark leaves out.
UNVERIFIED = "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"


@dataclass
class Cluster:
    """A running cluster: its folders, and its processes by name."""

    folder: Path
    warehouse: Path
    port: int
    server: tuple[str, ...]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Starts one of Spark's programs, which logs into a file of its name."""
        home = Path(pyspark.__file__).parent
        program, *arguments = command
        settings = {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            # a Thrift server takes it too, instead of --driver-memory
            "SPARK_DAEMON_MEMORY": SERVER_MEMORY if name == "thrift_server" else "512m",
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            # a process group, so that executors end with their worker
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / program), *arguments],
                cwd=self.folder,
                env=os.environ | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, name: str, port: int) -> None:
        """Waits for a port to open.  Raises RuntimeError with the end of the log if it does not."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.processes[name].poll() is None:
            if is_listening(port):
                return
            time.sleep(0.2)
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        said = "\n".join(lines[-10:])
        raise RuntimeError(f"{name} does not listen on {HOST}:{port}. End of its log:\n{said}")

    def start_server(self) -> None:
        """Starts the Thrift server, which is the driver; also again, after it was killed."""
        self.start("thrift_server", *self.server)
        self.wait_for("thrift_server", self.port)

    def executors(self) -> list[int]:
        """The process ids of the executors."""
        groups = {process.pid for process in self.processes.values()}
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                is_executor = b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes()
                if is_executor and os.getpgid(int(folder.name)) in groups:
                    found.append(int(folder.name))
        return sorted(found)

    def kill(self, name: str) -> None:
        """Kills a part as a crash would."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        """Stops all processes, the last one first; kills those that do not stop."""
        for process in reversed(self.processes.values()):
            for sent in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sent)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(SECONDS_TO_STOP)


def is_listening(port: int) -> bool:
    """Whether a process of this machine listens on a port of the loopback address."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@contextmanager
def cluster(
    port: int, master_port: int, warehouse: Path | None = None, settings: Sequence[str] = ()
) -> Iterator[Cluster]:
    """Runs a cluster with its Thrift server on a port.

    ``settings`` look like ``spark.sql.shuffle.partitions=4``. Raises RuntimeError if a port is in
    use, or a part of the cluster does not start.
    """
    for wanted in (port, master_port):
        if is_listening(wanted):
            raise RuntimeError(
                f"{HOST}:{wanted} is in use; set SPARK_PORT and SPARK_MASTER_PORT to free ports."
            )
    folder = Path(tempfile.mkdtemp(prefix="spark-cluster-"))
    tables = (warehouse or folder / "warehouse").resolve()
    master = f"spark://{HOST}:{master_port}"
    of_driver = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={tables} {UNVERIFIED}",
        "spark.sql.warehouse.dir": str(tables),
        "spark.hadoop.hive.server2.thrift.bind.host": HOST,
        "spark.hadoop.hive.server2.thrift.port": str(port),
        "spark.ui.enabled": "false",
    }
    given = [f"{name}={value}" for name, value in of_driver.items()] + [*settings]
    server = (
        *("spark-submit", "--master", master),
        *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *("--executor-memory", "1g", "--executor-cores", "1"),
        *(argument for setting in given for argument in ("--conf", setting)),
        "spark-internal",
    )
    running = Cluster(folder, tables, port, server)
    try:
        package = "org.apache.spark.deploy"
        running.start(
            *("master", "spark-class", f"{package}.master.Master"),
            *("--host", HOST, "--port", str(master_port), "--webui-port", "0"),
        )
        running.wait_for("master", master_port)
        for number in range(WORKERS):
            running.start(
                *(f"worker_{number}", "spark-class", f"{package}.worker.Worker", master),
                *("--host", HOST, "--cores", "1", "--memory", "1536m", "--webui-port", "0"),
                *("--work-dir", str(folder / "work")),
            )
        running.start_server()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def number_in(variable: str, default: int) -> int:
    """A number from an environment variable.  Exits if it is none."""
    text = os.environ.get(variable, "").strip() or str(default)
    if not text.isdigit():
        sys.exit(f"{variable} is '{text}'; expected a number such as {default}.")
    return int(text)


def main() -> None:
    """Runs a cluster until it is stopped."""
    port = number_in("SPARK_PORT", 10000)
    warehouse = os.environ.get("SPARK_WAREHOUSE")
    # `kill` and a closed terminal stop it like Ctrl+C
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.default_int_handler)
    settings = [
        f"spark.sql.shuffle.partitions={number_in('SPARK_SHUFFLE_PARTITIONS', 4)}",
        # list the folders of a table without starting a job
        "spark.sql.sources.parallelPartitionDiscovery.threshold=10000",
    ]
    with suppress(KeyboardInterrupt):
        try:
            with cluster(
                port,
                number_in("SPARK_MASTER_PORT", 17077),
                Path(warehouse) if warehouse else None,
                settings,
            ):
                print(
                    f"Spark's Thrift server listens on {HOST}:{port}; Ctrl+C stops it.", flush=True
                )
                signal.pause()
        except RuntimeError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
