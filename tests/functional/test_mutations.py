"""Proof that the tests work: each mutant breaks one definition, and the oracle has to notice.

A mutant is one replaced piece of text in a copy of the project.  It must still build, so that a
difference comes from the definition and not from a crash.  What the unit tests of the models it
touches say is checked as well: they see every mutant but those of ``UNSEEN_BY_UNIT_TESTS``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import harness
import input_files
import oracle
import pytest
from harness import Dbt
from mutant_inputs import COLUMN_MAP, SETTINGS, WORLD, WORLDS
from mutants import MUTANTS, UNSEEN_BY_UNIT_TESTS, Mutant

# One of each family of metrics, and of the cleaning of each input.
SHORT = (
    "overlapping subscriptions are two products",
    "users who stay are counted again",
    "score compares all days",
    "first row is the latest",
    "duplicate logins count",
    "subscriptions delivered twice count twice",
    "a tie is in order",
)


def rows_of(world: Mapping[str, Sequence[tuple[str | None, ...]]]) -> input_files.RawWorld:
    """The world with its columns; a longer row begins with the optional ones."""
    return {
        table: [
            dict(
                zip(
                    (*oracle.OPTIONAL_COLUMNS[table], *oracle.INPUT_COLUMNS[table])[-len(row) :],
                    row,
                    strict=True,
                )
            )
            for row in rows
        ]
        for table, rows in world.items()
    }


def before_mapping(world: input_files.RawWorld) -> input_files.RawWorld:
    """The rows that COLUMN_MAP makes these of; they have columns of the right names as well."""
    wrong = dict.fromkeys(("industry", "arr", "user_id"), "wrong")
    given: input_files.RawWorld = {
        table: [{name: wrong.get(name, text) for name, text in row.items()} for row in rows]
        for table, rows in world.items()
    }
    for row, meant in zip(given["subscriptions"], world["subscriptions"], strict=True):
        row["thousands"] = f"{Decimal(meant['arr'] or 0) / 1000:.6f}"
    for row, meant in zip(given["login_events"], world["login_events"], strict=True):
        row["who"] = meant["user_id"]
    return given


@dataclass(frozen=True)
class Build:
    """The copied project with one of the settings, and its DuckDB file.

    dbt parses only what has changed as long as the target folder and the variables that the
    profile reads stay the same, so each settings has its own folder and file.
    """

    dbt: Dbt
    folder: Path
    inputs: Path
    settings: oracle.Settings
    column_map: Mapping[str, object]
    expected: oracle.Result

    @property
    def db(self) -> Path:
        return self.folder / "customer_health.duckdb"

    @property
    def vars(self) -> dict[str, object]:
        return {**harness.dbt_vars(self.settings, self.inputs), "column_map": self.column_map}

    def create(self) -> None:
        (self.folder / "unmutated").mkdir(parents=True)
        self.dbt("run", db=self.db, artifacts=True, **self.vars)
        shutil.copy(self.folder / "target" / "manifest.json", self.folder / "unmutated")
        shutil.copy(self.db, self.folder / "unmutated")

    def run_modified(self, dbt: Dbt) -> bool:
        """Builds what differs from the unmutated project, on top of the rest of its tables."""
        shutil.copy(self.folder / "unmutated" / self.db.name, self.db)
        state = ("--state", str(self.folder / "unmutated"))
        chosen = ("--select", "state:modified+", "--full-refresh")
        return dbt("run", *chosen, *state, db=self.db, check=False, **self.vars).success

    def failed_tests(self, dbt: Dbt, selection: str) -> list[str]:
        """The unit tests that find something wrong; a test that crashes finds nothing."""
        chosen = ("--select", selection, "--exclude", "path:seeds")
        state = ("--state", str(self.folder / "unmutated"))
        # unit tests say themselves which columns they have
        vars = self.vars | {"column_map": {}}
        run = dbt("test", *chosen, *state, db=self.db, check=False, **vars)
        assert run.outcome.exception is None, run.outcome.exception
        return run.failed("fail")

    def difference(self) -> str | None:
        """Differences to the oracle."""
        try:
            harness.assert_matches_oracle(self.db, self.expected)
        except AssertionError as error:
            return str(error)
        return None


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which unit tests are a part of every build, not only of those of the seeds."""
    project = harness.copy_project(tmp_path_factory.mktemp("mutations") / "project")
    for path in (
        project / "dbt_project.yml",
        *project.glob("seeds/*.yml"),
        *project.glob("models/staging/base/*.yml"),
    ):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'"\{\{ not \(var\(.data_dir.*?\}\}"', "true", text)
        path.write_text(text, encoding="utf-8")
    return project


Builds = Callable[[str], Build]


@pytest.fixture(scope="module")
def builds(dbt: Dbt, project: Path) -> Builds:
    """The unmutated project with the settings of a name, built when it is first asked for."""
    scratch = project.parent

    @cache
    def builds(name: str) -> Build:
        folder, inputs, chosen = scratch / name, scratch / f"inputs of {name}", SETTINGS[name]
        world = rows_of(WORLDS.get(name, WORLD))
        if name == "mapped":
            world["customers"] = [row | {"industry": "Retail"} for row in world["customers"]]
            input_files.write_rows(before_mapping(world), inputs)
        else:
            input_files.write_csv(world, inputs)
        column_map = COLUMN_MAP if name == "mapped" else {}
        expected = oracle.compute(world, chosen)
        build = Build(dbt.of(project, folder), folder, inputs, chosen, column_map, expected)
        build.create()
        return build

    return builds


@pytest.mark.parametrize(
    "settings",
    ["defaults", *(pytest.param(name, marks=harness.EXHAUSTIVE) for name in (*SETTINGS,)[1:])],
)
def test_without_a_mutant_nobody_objects(builds: Builds, settings: str) -> None:
    build = builds(settings)
    shutil.copy(build.folder / "unmutated" / build.db.name, build.db)
    assert build.difference() is None
    assert build.failed_tests(build.dbt, "test_type:unit") == []


FILES = {mutant.name: file for file, mutants in MUTANTS.items() for mutant in mutants}


def test_every_mutant_finds_its_text() -> None:
    for file, mutants in MUTANTS.items():
        for mutant in mutants:
            harness.text_with(harness.ROOT / file, mutant.old)


@pytest.mark.parametrize(
    "mutant", harness.some_long((m for mutants in MUTANTS.values() for m in mutants), SHORT)
)
def test_mutant_is_noticed(mutant: Mutant, builds: Builds, project: Path) -> None:
    build = builds(mutant.settings)
    dbt = build.dbt.of(project, build.folder)
    with harness.mutated(project / FILES[mutant.name], mutant.old, mutant.new):
        assert build.run_modified(dbt), "the mutant does not build"
        difference = build.difference()
        unit_tests = build.failed_tests(dbt, "state:modified+1,test_type:unit")
    assert difference is not None, f"only noticed by {unit_tests or 'nothing'}"
    assert bool(unit_tests) != (mutant.name in UNSEEN_BY_UNIT_TESTS), f"noticed by {unit_tests}"
