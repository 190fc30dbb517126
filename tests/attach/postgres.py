"""A PostgreSQL server for the tests."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "it's 'secret'"
# What DuckDB says where there is none.
NO_SERVER = "IO Error: Unable to connect to Postgres at the server of DUCKDB_ATTACH: "


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of its own, on a socket in its folder."""

    programs: Path
    folder: Path

    def environment(self, user: str) -> dict[str, str]:
        """The environment variables of PostgreSQL clients."""
        return {"PGHOST": str(self.folder), "PGUSER": user, "PGPASSWORD": PASSWORD}

    def run(self, *statements: str, database: str = "crm") -> None:
        """Runs statements one after the other, as the owner of everything."""
        command = [str(self.programs / "psql"), "--quiet", "--no-psqlrc"]
        command += ["--set", "ON_ERROR_STOP=1", database]
        subprocess.run(
            [*command, *(f"--command={statement}" for statement in statements)],
            env=os.environ | self.environment("owner"),
            check=True,
        )

    def fill(self, table: str, rows: Sequence[Mapping[str, str | None]]) -> None:
        """Copies rows into a table; what is empty is null."""
        content = io.StringIO()
        writer = csv.writer(content)
        writer.writerows([value or "" for value in row.values()] for row in rows)
        subprocess.run(
            [
                *(str(self.programs / "psql"), "--quiet", "--no-psqlrc"),
                *(f"--command=copy {table} from stdin csv", "crm"),
            ],
            env=os.environ | self.environment("owner"),
            input=content.getvalue(),
            text=True,
            check=True,
        )
