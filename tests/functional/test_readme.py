"""The README and the pages of docs/: commands run, links lead somewhere, the output is real."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import build_project
import duckdb
import harness
import input_files
import pytest
import yaml

README = harness.ROOT / "README.md"
PAGES = [README, *sorted(harness.ROOT.glob("docs/*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
# Commands with a test of their own, or too slow to run here; of these, make only shows the steps.
NOT_HERE = {
    "build": "every other command here",
    "lint": "make test",
    "bench": "tests/functional/test_benchmark.py",
    "setup": ".ci/run",
    "attach": "tests/attach",
    "dashboard": "tests/dashboard",
    "docs-page": "tests/docs",
    "weights": "tests/weights",
    ".venv-metricflow/bin/mf": "tests/metrics",
    ".venv/bin/python": "large inputs; tests/unit/test_generator.py",
}


def commands(text: str) -> list[str]:
    """The commands of a page: blocks of bash, their "or:" comments, and inline code."""
    blocks = re.findall(r"^ *```bash\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    found = [shlex.join(shlex.split(line, comments=True)) for line in lines]
    found += re.findall(r"# or: (.*)", text)
    found += [code for code in re.findall(r"`([^`\n]+)`", text) if code.startswith(".venv/bin/")]
    return [command for command in found if command]


def name(command: str) -> str:
    """The make target or the program that a command runs."""
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    return words[1] if words[0] == "make" else words[0]


def is_a_test(command: str) -> bool:
    """Whether it runs tests, or tests/spark is responsible for it."""
    return name(command).startswith("test") or "spark" in name(command)


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


def has_own_data(command: str) -> bool:
    return "data_dir" in command or "source_schema" in command


ALL = list(dict.fromkeys(command for text in TEXTS.values() for command in commands(text)))
# the two that every other test runs
PLAIN = (".venv/bin/dbt build", ".venv/bin/dbt test")
RUN_HERE = [
    command
    for command in ALL
    if command not in PLAIN
    if not is_a_test(command)
    if (has_own_data(command) and name(command) != "attach") or name(command) not in NOT_HERE
]


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 8000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        path, _, heading = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]
            assert heading in slugs, target
    if page.parent.name == "docs":
        others = "".join(text for other, text in TEXTS.items() if other != page)
        assert f"{page.name}" in others, "no page links to it"


def test_the_readme_shows_the_summary_of_a_build(seeds_built_once: Path) -> None:
    said = ["customer_daily_metrics: rebuilding every day: first build"]
    actual = build_project.summary(seeds_built_once, said, 5).splitlines()
    (block,) = re.findall(r"```\n(  customers .*?)```", TEXTS[README], re.DOTALL)
    shown = [line for line in block.splitlines() if line and not line.startswith(("  took", "  …"))]
    assert len(shown) > 10
    assert [line for line in actual if line in shown] == shown


def test_every_setting_is_described() -> None:
    declared = yaml.safe_load((harness.ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    text = TEXTS[harness.ROOT / "docs" / "settings.md"]
    rows = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in text.splitlines() if "|" in line]
    assert {name for names in rows for name in names if name.islower()} == set(declared["vars"])


@pytest.mark.long
def test_make_knows_every_command() -> None:
    assert {"build", "test", "spark", "dashboard"} <= {name(command) for command in ALL}
    assert len(RUN_HERE) >= 10
    called = {
        target for text in TEXTS.values() for target in re.findall(r"`make ([a-z0-9-]+)", text)
    }
    for target in called | {name(command) for command in ALL if "make " in command}:
        assert steps_of(target)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with inputs that fit the commands."""
    folder = harness.copy_project(tmp_path_factory.mktemp("readme") / "project")
    for extra in ("apps", "analyses"):
        shutil.copytree(harness.ROOT / extra, folder / extra)
    (folder / ".venv").symlink_to(harness.ROOT / ".venv", target_is_directory=True)
    shutil.copytree(harness.HANDMADE, folder / "exports")
    rows = input_files.read_csv(harness.HANDMADE)
    rows["subscriptions"] = [row | {"amount": "100"} for row in rows["subscriptions"]]
    input_files.write_rows(rows, folder / "exports")
    # many of the handmade rows are bad
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


@pytest.mark.long
@pytest.mark.parametrize("command", RUN_HERE)
def test_command_succeeds(project: Path, command: str) -> None:
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
