"""A PostgreSQL server, and a database that is not there yet."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from input_files import sql_text
from postgres import PASSWORD, Server


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "customer_health.duckdb"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Its user ``reader`` may read, but not write."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = Path(os.environ.get("POSTGRES_BIN") or found[-1])
    # the path of a socket has to be short
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # the server does not run as root
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    for path in (folder, folder / "password"):
        shutil.chown(path, user)

    def control(program: str, *arguments: str) -> None:
        with (folder / "output").open("a") as output:
            subprocess.run(
                [str(programs / program), "--pgdata", str(folder / "data"), *arguments],
                user=user if os.getuid() == 0 else None,
                cwd=folder,
                stdout=output,
                stderr=output,
                check=True,
            )

    server = Server(programs, folder)
    control(
        *("initdb", "--username=owner", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"),
        *("--no-sync", "--encoding=UTF8", "--locale=C"),
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control("pg_ctl", "--wait", f"--options={options}", f"--log={folder / 'log'}", "start")
    try:
        server.run("create database crm", database="postgres")
        server.run(
            f"create role reader login password {sql_text(PASSWORD)}",
            "alter default privileges grant select on tables to reader",
        )
        yield server
    finally:
        control("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def reader(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The same, with the environment of who may only read."""
    for name, value in server.environment("reader").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DUCKDB_ATTACH", "postgres:dbname=crm")
    return server
