"""What the offline `dbt_utils` does: the promised results."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from macro_names import (
    names_provided,
)

REPO = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.long

PACKAGE = REPO / "offline_packages" / "dbt_utils"


@dataclass(frozen=True)
class Key:
    """A surrogate key over SQL fields, and the text each field is documented to count as."""

    name: str
    fields: list[str]
    texts: list[str | None]

    def value(self, null_text: str) -> str:
        joined = "-".join(null_text if text is None else text for text in self.texts)
        return hashlib.md5(joined.encode(), usedforsecurity=False).hexdigest()


KEYS = [
    Key("one", ["'a'"], ["a"]),
    Key("several", ["'a'", "'b'", "'c'"], ["a", "b", "c"]),
    Key("order", ["'c'", "'b'", "'a'"], ["c", "b", "a"]),
    Key("null_first", ["null", "'x'"], [None, "x"]),
    Key("null_between", ["'a'", "null", "'c'"], ["a", None, "c"]),
    Key("null_last", ["'a'", "cast(null as date)"], ["a", None]),
    Key("only_nulls", ["null", "cast(null as integer)"], [None, None]),
    Key("empty_string", ["''", "'x'"], ["", "x"]),
    Key("dash_within", ["'a-b'", "'c'"], ["a-b", "c"]),
    Key("date", ["date '2024-02-29'", "'a'"], ["2024-02-29", "a"]),
    Key("timestamp", ["timestamp '2024-02-29 13:05:00'"], ["2024-02-29 13:05:00"]),
    Key("integers", ["42", "-7"], ["42", "-7"]),
    Key("decimal", ["cast(1.5 as decimal(10, 2))"], ["1.50"]),
    Key("boolean", ["true", "false"], ["true", "false"]),
    Key("not_ascii", ["'Zoë'", "'東京'"], ["Zoë", "東京"]),
    Key("expression", ["upper('a') || 'b'"], ["Ab"]),
    Key("identifier", ["letter", '"Two Words"'], ["z", "two words"]),
]

READINGS = """
select *
from (
    values
    (1, cast(0.00 as decimal(10, 2)), 10, 'north', 'N', date '2024-01-01'),
    (2, 5.00, 10, 'north', 'N', date '2024-01-31'),
    (3, 10.00, 9, 'south', 'S', date '2024-02-29'),
    (4, null, null, null, null, null),
    (5, -0.01, 5, null, null, date '2024-03-01')
) as readings (id, amount, ceiling, region, "Sales Region", seen_on)
"""


@dataclass(frozen=True)
class Case:
    """A generic test put on the readings, and the number of failing rows it must count."""

    name: str
    test: str
    failures: int
    arguments: dict[str, Any] = field(default_factory=dict)
    column: str | None = None
    config: dict[str, Any] = field(default_factory=dict)

    def properties(self) -> dict[str, Any]:
        return {
            f"dbt_utils.{self.test}": {
                "name": self.name,
                "arguments": self.arguments,
                "config": self.config,
            }
        }


def in_range(name: str, failures: int, column: str = "amount", **arguments: Any) -> Case:
    config = arguments.pop("config", {})
    return Case(f"range_{name}", "accepted_range", failures, arguments, column, config)


def is_true(
    name: str, failures: int, expression: str, column: str | None = None, **config: Any
) -> Case:
    arguments = {"expression": expression}
    return Case(f"true_{name}", "expression_is_true", failures, arguments, column, config)


def is_unique(name: str, failures: int, *columns: str, **arguments: Any) -> Case:
    config = arguments.pop("config", {})
    arguments["combination_of_columns"] = list(columns)
    return Case(
        f"unique_{name}", "unique_combination_of_columns", failures, arguments, None, config
    )


STORE = {"store_failures": True}

CASES = [
    in_range("unbounded", 0),
    in_range("min", 1, min_value=0),
    in_range("min_ok", 0, min_value=-0.01),
    in_range("min_exclusive", 2, min_value=0, inclusive=False),
    in_range("max", 1, max_value=9),
    in_range("max_ok", 0, max_value=10),
    in_range("max_exclusive", 1, max_value=10, inclusive=False),
    in_range("both", 3, min_value=1, max_value=9),
    in_range("both_ok", 0, min_value=-0.01, max_value=10, inclusive=True),
    in_range("both_exclusive", 2, min_value=-0.01, max_value=10, inclusive=False),
    in_range("both_exclusive_ok", 0, min_value=-1, max_value=11, inclusive=False),
    in_range("bound_is_a_column", 1, max_value="ceiling"),
    in_range("bound_is_a_sum", 0, max_value="ceiling + 1"),
    in_range("dates", 2, column="seen_on", min_value="date '2024-02-01'"),
    in_range("dates_ok", 0, column="seen_on", min_value="'2024-01-01'"),
    in_range("where", 0, min_value=0, config={"where": "id <> 5"}),
    in_range("null_passes", 0, min_value=1, max_value=2, config={"where": "id = 4"}),
    in_range("stored", 1, min_value=0, config=STORE),
    is_true("row", 1, "amount <= ceiling"),
    is_true("row_ok", 0, "amount >= -0.01"),
    is_true("row_either_or", 1, "amount > 100 or id < 4"),
    is_true("column", 1, ">= 0", "amount"),
    is_true("column_ok", 0, "<= 10", "amount"),
    is_true("column_between", 3, "between 1 and 9", "amount"),
    is_true("column_sum", 4, "+ id > 100", "amount"),
    is_true("where", 0, "amount <= ceiling", where="id <> 3"),
    is_true("column_where", 0, ">= 0", "amount", where="id <> 5"),
    is_true("null_passes", 0, "amount > 100", where="id = 4"),
    is_true("stored", 1, "amount <= ceiling", store_failures=True),
    is_unique("one_ok", 0, "id"),
    is_unique("one", 2, "region"),
    is_unique("two", 1, "region", "ceiling"),
    is_unique("two_ok", 0, "region", "seen_on"),
    is_unique("expression", 1, "extract(year from seen_on)"),
    is_unique("quoted", 2, "Sales Region", quote_columns=True),
    is_unique("quoted_ok", 0, "Sales Region", "id", quote_columns=True),
    is_unique("not_quoted", 2, '"Sales Region"', quote_columns=False),
    is_unique("where", 1, "region", config={"where": "region is not null"}),
    is_unique("stored", 1, "region", "ceiling", config=STORE),
]


def keys_model() -> str:
    rows = []
    for key in KEYS:
        fields = json.dumps(key.fields, ensure_ascii=False)
        rows.append(
            f"select '{key.name}' as name, {{{{ dbt_utils.generate_surrogate_key({fields}) }}}}"
            " as surrogate_key from fields"
        )
    columns = "select 'z' as letter, 'two words' as \"Two Words\""
    return f"with fields as ({columns})\n" + "\nunion all\n".join(rows)


def readings_properties() -> dict[str, Any]:
    columns: dict[str, list[dict[str, Any]]] = {}
    for case in CASES:
        if case.column is not None:
            columns.setdefault(case.column, []).append(case.properties())
    return {
        "name": "readings",
        "data_tests": [case.properties() for case in CASES if case.column is None],
        "columns": [{"name": name, "data_tests": tests} for name, tests in columns.items()],
    }


class Project:
    """A throw-away dbt project with the offline package installed."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.root = root
        self.database = root / "probe.duckdb"
        project = {"name": "probe", "profile": "probe", "version": "1.0.0", **settings}
        project["flags"] = {"send_anonymous_usage_stats": False}
        # dbt refuses to run with another number of packages than declared.
        packages = [{"package": "dbt-labs/dbt_utils", "version": [">=1.3.0", "<2.0.0"]}]
        output = {"type": "duckdb", "path": str(self.database), "threads": 2}
        documents = {
            "dbt_project.yml": project,
            "packages.yml": {"packages": packages},
            "profiles.yml": {"probe": {"target": "dev", "outputs": {"dev": output}}},
            "models/_models.yml": {"models": [readings_properties()]},
        }
        for path, document in documents.items():
            self.write(path, yaml.safe_dump(document, sort_keys=False))
        self.write("models/readings.sql", "{{ config(materialized='table') }}\n" + READINGS)
        self.write("models/keys.sql", keys_model())
        shutil.copytree(PACKAGE, root / "dbt_packages" / "dbt_utils")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # In a process of its own, because dbt-duckdb keeps one database open per process, and
        # without the caller's dbt settings, which are for another project.
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DBT_")
        }
        dbt = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"]
        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        return subprocess.run(
            [*dbt, *arguments, *folders],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def tests(self) -> dict[str, dict[str, Any]]:
        """The last run's test results by test name."""
        results = json.loads((self.root / "target" / "run_results.json").read_text())["results"]
        tests = [result for result in results if result["unique_id"].startswith("test.")]
        return {result["unique_id"].split(".")[2]: result for result in tests}

    def macros(self) -> list[dict[str, Any]]:
        """The package's macros as dbt understood them."""
        manifest = json.loads((self.root / "target" / "manifest.json").read_text())
        return [m for m in manifest["macros"].values() if m["package_name"] == "dbt_utils"]

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description or []], cursor.fetchall()

    def keys(self) -> dict[str, str]:
        return dict(self.query("select name, surrogate_key from keys")[1])


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("probe"))
    run = project.dbt("build")
    # 1 means that tests failed, as many here must; 2 that dbt could not run them.
    assert run.returncode == 1, run.stdout + run.stderr
    return project


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_surrogate_key_is_the_md5_of_the_joined_texts(probe: Project, key: Key) -> None:
    assert probe.keys()[key.name] == key.value("_dbt_utils_surrogate_key_null_")


def test_surrogate_key_can_treat_nulls_as_empty_strings(tmp_path: Path) -> None:
    project = Project(tmp_path, vars={"surrogate_key_treat_nulls_as_empty_strings": True})
    run = project.dbt("run", "--select", "keys")
    assert run.returncode == 0, run.stdout + run.stderr
    assert project.keys() == {key.name: key.value("") for key in KEYS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_generic_test_counts_failing_rows(probe: Project, case: Case) -> None:
    result = probe.tests()[case.name]
    assert (result["status"], result["failures"]) == (
        "fail" if case.failures else "pass",
        case.failures,
    ), result["message"]


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("range_stored", "*", "id = 5"),
        ("true_stored", "*", "id = 3"),
        ("unique_stored", "region, ceiling", "id = 1"),
    ],
)
def test_stored_failures_can_be_read(probe: Project, name: str, columns: str, rows: str) -> None:
    stored = probe.query(f"select * from main_dbt_test__audit.{name}")
    assert stored == probe.query(f"select {columns} from readings where {rows}")


def test_expression_is_true_reads_whole_rows_only_to_store_them(probe: Project) -> None:
    columns, rows = probe.query(probe.tests()["true_row"]["compiled_code"])
    assert (len(columns), len(rows)) == (1, 1)


def test_a_project_can_override_each_macro(tmp_path: Path) -> None:
    order = {"macro_namespace": "dbt_utils", "search_order": ["probe", "dbt_utils"]}
    project = Project(tmp_path, dispatch=[order])
    tests = sorted({case.test for case in CASES})
    signatures = {
        "accepted_range": "model, column_name, min_value, max_value, inclusive",
        "expression_is_true": "model, expression, column_name",
        "unique_combination_of_columns": "model, combination_of_columns, quote_columns",
    }
    macros = ["{% macro default__generate_surrogate_key(field_list) %}'mine'{% endmacro %}"]
    for failures, test in enumerate(tests, start=100):
        macros.append(
            f"{{% macro default__test_{test}({signatures[test]}) %}}"
            f"select * from range({failures}){{% endmacro %}}"
        )
    project.write("macros/overrides.sql", "\n".join(macros))
    run = project.dbt("build")
    assert run.returncode == 1, run.stdout + run.stderr
    assert set(project.keys().values()) == {"mine"}
    failures_by_case = {name: result["failures"] for name, result in project.tests().items()}
    assert failures_by_case == {case.name: 100 + tests.index(case.test) for case in CASES}


def test_package_gives_dbt_nothing_to_warn_about(tmp_path: Path) -> None:
    # dbt also warns about documented arguments that are not those of the macro.
    run = Project(tmp_path).dbt("--warn-error", "parse", "--show-all-deprecations")
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_macro_and_argument_is_documented(probe: Project) -> None:
    macros = probe.macros()
    assert {m["name"] for m in macros} >= names_provided(PACKAGE)
    undocumented = [m["name"] for m in macros if not m["description"]]
    for macro in macros:
        assert macro["arguments"], macro["name"]
        undocumented += [
            f"{macro['name']}.{argument['name']}"
            for argument in macro["arguments"]
            if not argument["description"]
        ]
    assert undocumented == []
