"""Every command of the README is run, or make says what it would run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb
import harness
import pytest

pytestmark = pytest.mark.long

README = (harness.ROOT / "README.md").read_text(encoding="utf-8")
# Commands that a test of their own runs, or nobody can wait for; of these, make tells the steps.
NOT_HERE = {
    "build": "every other command here",
    "test": ".ci/run",
    "spark": "tests/spark",
    "attach": "tests/attach",
    "test-spark": "tests/spark",
    "dashboard": "tests/dashboard",
    "weights": "tests/weights",
    ".venv-metricflow/bin/mf": "tests/metrics",
    ".venv/bin/python": "longer runs of tests, and large inputs; tests/unit/test_generator.py",
}


def commands() -> list[str]:
    """The commands in blocks of bash, without their comments."""
    blocks = re.findall(r"^ *```bash\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    found = [shlex.join(shlex.split(line, comments=True)) for line in lines]
    # the other way to do the same, in a comment
    found += re.findall(r"# or: (.*)", README)
    found += [text for text in re.findall(r"`([^`\n]+)`", README) if text.startswith(".venv/bin/")]
    return [command for command in found if command]


def name(command: str) -> str:
    """What is run: make's target or a program."""
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    return words[1] if words[0] == "make" else words[0]


def steps_of(*arguments: str) -> list[str]:
    """The commands that make would run; under `make test` it must not know of the outer make."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
    steps = subprocess.run(
        ["make", "--dry-run", *arguments],
        cwd=harness.ROOT,
        env={key: value for key, value in os.environ.items() if key not in outer},
        capture_output=True,
        text=True,
        check=False,
    )
    assert steps.returncode == 0, (arguments, steps.stderr)
    return steps.stdout.splitlines()


def with_own_data(command: str) -> bool:
    return "data_dir" in command or "source_schema" in command


# as the two commands that everything else runs
PLAIN = (".venv/bin/dbt build", ".venv/bin/dbt test")
RUN_HERE = [
    command
    for command in commands()
    if command not in PLAIN
    if (with_own_data(command) and name(command) != "attach")
    or name(command) == ".venv/bin/dbt"
    or name(command) not in NOT_HERE
]


def test_the_readme_has_commands() -> None:
    assert len(RUN_HERE) >= 6
    assert {"build", "test", "spark", "dashboard"} <= {name(command) for command in commands()}
    for target in re.findall(r"`make ([a-z0-9-]+)", README):
        assert steps_of(target)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with inputs that fit the README's commands."""
    folder = harness.copy_project(tmp_path_factory.mktemp("readme") / "project")
    for extra in ("scripts", "analyses"):
        shutil.copytree(harness.ROOT / extra, folder / extra)
    (folder / ".venv").symlink_to(harness.ROOT / ".venv", target_is_directory=True)
    shutil.copytree(harness.HANDMADE, folder / "exports")
    # as in a README's world, few rows are bad
    configuration = folder / "dbt_project.yml"
    text = configuration.read_text(encoding="utf-8")
    assert text.count("max_rejected_share: 0.05") == 1
    configuration.write_text(
        text.replace("max_rejected_share: 0.05", "max_rejected_share: 1"), encoding="utf-8"
    )
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute("create schema exports")
        for file in harness.HANDMADE.glob("*.csv"):
            connection.execute(f"create table exports.{file.stem} as from read_csv('{file}')")
    return folder


@pytest.mark.parametrize("command", RUN_HERE)
def test_readme_command_succeeds(project: Path, command: str) -> None:
    logins = project / "exports" / "login_events.csv"
    renamed = "created_at" if "created_at" in command else "login_timestamp"
    content = (harness.HANDMADE / "login_events.csv").read_text(encoding="utf-8")
    logins.write_text(content.replace("login_timestamp", renamed, 1), encoding="utf-8")
    if command.startswith("make "):
        # what it does once everything is installed
        command = steps_of(*shlex.split(command)[1:])[-1]
    environment = {key: value for key, value in os.environ.items() if key != "DUCKDB_PATH"}
    run = subprocess.run(
        command,
        shell=True,
        cwd=project,
        env=environment | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert (project / "customer_health.duckdb").exists()
