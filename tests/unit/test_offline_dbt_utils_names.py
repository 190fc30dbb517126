"""The offline `dbt_utils` has exactly what the project uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from macro_names import (
    names_provided,
    names_used,
    public_names,
)

REPO = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long
PACKAGE = REPO / "offline_packages" / "dbt_utils"


def test_package_provides_every_used_name() -> None:
    provided = names_provided(PACKAGE)
    missing = {name: files for name, files in names_used(REPO).items() if name not in provided}
    assert not missing


def test_package_provides_no_unused_name() -> None:
    assert names_provided(PACKAGE) - names_used(REPO).keys() == set()


def test_each_macro_file_holds_the_one_public_name_it_is_called_by() -> None:
    files = list(PACKAGE.glob("macros/**/*.sql"))
    assert files
    for file in files:
        assert {name.removeprefix("test_") for name in public_names(file)} == {file.stem}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("models/a/b.sql", "select {{ dbt_utils.planted(['x']) }}", {"planted"}),
        ("models/b.sql", "select {{- dbt_utils . planted() -}}", {"planted"}),
        ("models/b.sql", "select 1 -- {{ dbt_utils.planted() }}", {"planted"}),
        ("macros/b.sql", "{% set x = 1 ~ dbt_utils.planted() %}", {"planted"}),
        ("tests/b.sql", "select {{ f(dbt_utils.planted()) }}", {"planted"}),
        (
            "tests/generic/b.sql",
            "{% test t(m) %}{{ dbt_utils.test_planted(m) }}{% endtest %}",
            {"test_planted"},
        ),
        ("snapshots/b.sql", "select {{ dbt_utils.planted() }}", {"planted"}),
        ("analyses/b.sql", "select {{ dbt_utils.planted() }}", {"planted"}),
        ("models/b.yml", "models: [{name: m, data_tests: [dbt_utils.planted]}]", {"test_planted"}),
        (
            "seeds/b.yml",
            "seeds: [{name: s, tests: [{dbt_utils.planted: {arguments: {a: 1}}}]}]",
            {"test_planted"},
        ),
        (
            "models/b.yaml",
            "models: [{name: m, data_tests: [{test_name: dbt_utils.planted}]}]",
            {"test_planted"},
        ),
        ("models/b.yml", 'x: {where: "k = {{ dbt_utils.planted() }}"}', {"planted"}),
        ("dbt_project.yml", 'on-run-end: "{{ dbt_utils.planted() }}"', {"planted"}),
        ("models/b.sql", "{# {{ dbt_utils.planted() }} #}{{ f('dbt_utils.planted') }}", set()),
        ("models/b.sql", "select 1 -- not dbt_utils.planted", set()),
        ("models/b.sql", "{{ my_dbt_utils.planted() }}", set()),
        ("models/b.yml", "# dbt_utils.planted\ndescription: as dbt_utils.planted does", set()),
        ("dbt_packages/p/models/b.sql", "{{ dbt_utils.planted() }}", set()),
        ("offline_packages/p/macros/b.sql", "{{ dbt_utils.planted() }}", set()),
    ],
)
def test_scanner_finds_a_planted_name(
    tmp_path: Path, path: str, text: str, expected: set[str]
) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert names_used(tmp_path) == {name: {path} for name in expected}
    assert not expected & names_provided(PACKAGE)
